/** The door for whoever needs a bundled database without the rest of a launch. */
export { type DataFolder, openDataFolder } from '../data-folder.ts'
export { holdLock, type Lock, LockHeld } from '../lock.ts'
export { StartRefused } from '../start-refused.ts'
export { type BundledPostgres, type PostgresOptions, startPostgres } from './bundled.ts'

/** What tests and benchmarks of the whole import. */
export { checkout, type OpenOptions } from './open.ts'
export { type Installation, startInstallation } from './start.ts'
export { openDataFolder } from './data-folder.ts'

/** What tests and benchmarks of the whole import. */
export { checkout, type Installation, startInstallation, type StartOptions } from './start.ts'
export { openDataFolder } from './data-folder.ts'

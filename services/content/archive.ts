/** The door for backups: texts out of either store, and into it. */
export { recordOf, type StoreArchive, textTables } from './store/archive.ts'
export { catchUp } from './store/archive-aftermath.ts'
export { jsonbArchive } from './store/jsonb-archive.ts'
export { mongodbArchive } from './store/mongodb-archive.ts'

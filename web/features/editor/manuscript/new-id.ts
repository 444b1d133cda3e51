/** Ids of blocks, made as all ids of the app are. */
export { newId } from '../../../ui/new-id.ts'

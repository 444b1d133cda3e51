import { BlobError } from './blobs/port.ts'

/** Whether an error says that a disk is full: of files, of the database (53100), or of what is unpacked on the way. */
export const isFullStorage = (error: unknown): boolean =>
  (error instanceof BlobError && error.code === 'storage-full') ||
  (typeof error === 'object' && error !== null && 'code' in error && fullCodes.has(String(error.code)))

const fullCodes = new Set(['ENOSPC', 'EDQUOT', '53100'])

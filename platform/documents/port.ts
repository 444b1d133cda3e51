/**
 * Documents of one service: a MongoDB database of its own. There is no query port over it, on purpose: whoever keeps documents
 * has a narrow store in words of its own, and one of that store's adapters speaks MongoDB.
 */
import type { Collection, Document } from 'mongodb'

export type { AnyBulkWriteOperation, Collection, Filter, UpdateFilter } from 'mongodb'

export type Documents = {
  database: string
  /** The type of a document is the caller's promise. A write is answered when a majority of the servers has it on disk. */
  collection: <Doc extends Document>(name: string) => Collection<Doc>
  /** Names of the collections there are, for backups. */
  names: () => Promise<string[]>
}

/** The name of the unique index that a write would have broken; null for every other error. */
export function brokenIndex(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 11_000) return null
  // The name is nowhere but in the text: `E11000 duplicate key error collection: a.b index: NAME dup key: {…}`.
  return /index: (\S+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? ''
}

const lostNames = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
])
/** A majority that did not answer in time; shutting down; not the primary any more. */
const lostCodes = new Set([64, 91, 189, 10_107, 11_600, 11_602, 13_435, 13_436])

/** The server cannot be reached, or is not the one to write to just now. What was asked for may still have happened. */
export const isLostDocuments = (error: unknown): boolean =>
  error instanceof Error &&
  (lostNames.has(error.name) ||
    ('code' in error && error.name.startsWith('Mongo') && lostCodes.has(Number(error.code))))

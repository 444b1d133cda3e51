/**
 * What an archive is: a gzipped tar that knows no shape.
 *
 *   floowe-backup.json               version, time, the key that sealed values need
 *   documents/<service>/N.jsonl      texts, in the words of the service that owns them
 *   rows/<schema>/<table>/N.jsonl    in the order in which they can be filled; no tables that hold documents
 *   events/<service>/N.jsonl         events that lay beside documents; they go behind the rows of that outbox
 *   blobs/<service>/<key>
 *   summary.json                     counts and checksums of all of it; last, so a cut archive is known as such
 *
 * Format 1 had no documents: texts were rows of the schema `content`.
 */
export const backupFormat = 2
export const formatsRead: readonly number[] = [1, 2]

export type Heading = {
  format: number
  version: string
  /** ISO 8601. Everything acknowledged before is in the archive. */
  createdAt: string
  /** Of the secret that sealed when it was made. */
  keyId: string
  /** Every key that a sealed value in it needs. Missing in archives from before a secret could be changed: it is that one. */
  keysNeeded?: string[]
  schemas: string[]
  migrations: Record<string, number>
  /** When the first document was read, if that was before the moment of the rows; else null. Missing in format 1. */
  documentsFrom?: string | null
  /** Its installation was retired with it. Missing in format 1. */
  isMove?: boolean
}
type Sum = { sha256: string }
export type Summary = {
  tables: Record<string, Sum & { rows: number }>
  blobs: Record<string, Sum & { bytes: number }>
  /** By service. Missing in format 1. */
  documents?: Record<string, Sum & { lines: number }>
  events?: Record<string, Sum & { lines: number }>
}

export const headingName = 'floowe-backup.json'
export const summaryName = 'summary.json'
/** Where an entry's content belongs. */
export type Place =
  | { kind: 'documents' | 'events'; service: string }
  | { kind: 'rows'; schema: string; table: string }
  | { kind: 'blobs'; key: string }

/** Null: no name of ours. */
export function placeOf(name: string): Place | null {
  const [kind, first = '', second = ''] = name.split('/')
  if (kind === 'rows' && first !== '' && second !== '') return { kind, schema: first, table: second }
  if ((kind === 'documents' || kind === 'events') && first !== '') return { kind, service: first }
  if (kind === 'blobs' && second !== '') return { kind, key: name.slice('blobs/'.length) }
  return null
}

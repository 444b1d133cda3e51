/**
 * Whole collections out and in again, for backups: one line of text for each document (Extended JSON in its canonical form, which
 * keeps every type), in the order of `_id`.
 */
import { BSON, type Document } from 'mongodb'
import type { Collection } from './port.ts'

/** Documents asked for at once. They are at most 16 MB each, and here far smaller. */
const pieceMax = 200
/** Characters of lines written at once. */
const writtenMax = 8_000_000

/**
 * Every document that is there from the first to the last moment, once. Asked for in pieces, each behind the last `_id`: no
 * cursor has to live as long as a backup takes. What is written meanwhile may be in it or not.
 */
export async function* streamCollection<Doc extends Document>(collection: Collection<Doc>): AsyncGenerator<string> {
  const documents = collection as unknown as Collection<Document> // what they hold plays no part here
  for (let after: unknown; ; ) {
    const piece = await documents
      .find(after === undefined ? {} : { _id: { $gt: after as never } }) // an _id is compared with one of its own kind
      .sort({ _id: 1 })
      .limit(pieceMax)
      .toArray()
    for (const document of piece) yield BSON.EJSON.stringify(document, { relaxed: false })
    const last = piece.at(-1)
    if (!last || piece.length < pieceMax) return
    after = last['_id']
  }
}

/** Writes lines of {@link streamCollection}; a document with the same `_id` gives way. Answers how many. May be repeated. */
export async function writeCollection<Doc extends Document>(
  collection: Collection<Doc>,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<number> {
  const documents = collection as unknown as Collection<Document> // what they hold plays no part here
  let count = 0
  let characters = 0
  let piece: Document[] = []
  const write = async (): Promise<void> => {
    if (piece.length === 0) return
    await documents.bulkWrite(
      piece.map((replacement) => ({
        replaceOne: { filter: { _id: replacement['_id'] }, replacement, upsert: true },
      })),
      { ordered: false },
    )
    count += piece.length
    characters = 0
    piece = []
  }
  for await (const line of lines) {
    piece.push(BSON.EJSON.parse(line, { relaxed: false }) as Document)
    characters += line.length
    if (piece.length >= pieceMax || characters >= writtenMax) await write()
  }
  await write()
  return count
}

/** One object of a bucket as one blob. */
import { hash, randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { checkKey } from './keys.ts'
import { BlobError } from './port.ts'
import type { BlobInfo, BlobRange, Blobs } from './port.ts'
import { has, isMissing, isWorthRepeating, mapped } from './s3-errors.ts'
import type { Spooled } from './spool.ts'

export type Bucket = {
  client: S3Client
  name: string
  /** Before all names; '' or with a `/` behind. */
  root: string
  attemptsMax: number
  answerWithinMs: number
}
/** `mark` is one put's own. */
export type ObjectInfo = BlobInfo & { mark: string }
export type Opened = { info: ObjectInfo; stream: Readable }

/** Slower uploads are given up. */
const uploadBytesPerMsMin = 256
/** Of listing, while all that comes is not ours. */
const pagesMax = 1_000

/** @throws BlobError bad-key */
export const nameOf = ({ name, root }: Bucket, key: string): { Bucket: string; Key: string } => ({
  Bucket: name,
  Key: `${root}${checkKey(key)}!`,
})

export async function objectHead(bucket: Bucket, key: string): Promise<ObjectInfo | null> {
  const name = nameOf(bucket, key)
  try {
    return infoOf(key, await bucket.client.send(new HeadObjectCommand(name)))
  } catch (error) {
    if (isMissing(error)) return null
    throw mapped(error)
  }
}

export async function openObject(bucket: Bucket, key: string, range?: BlobRange): Promise<Opened | null> {
  const name = nameOf(bucket, key)
  try {
    const answer = await bucket.client.send(new GetObjectCommand({ ...name, Range: rangeHeader(range) }))
    const stream = answer.Body as Readable // in Node it is one
    try {
      return { info: infoOf(key, answer), stream }
    } catch (error) {
      stream.destroy()
      throw error
    }
  } catch (error) {
    if (isMissing(error)) return null
    throw mapped(error)
  }
}

export async function putObject(
  bucket: Bucket,
  key: string,
  content: Spooled,
  type: string,
  ifNoneMatch: boolean,
): Promise<void> {
  const mark = randomUUID()
  const name = nameOf(bucket, key)
  for (let attempt = 1; ; attempt += 1) {
    const body = content.body()
    const command = new PutObjectCommand({
      ...name,
      Body: body,
      ContentLength: content.bytes,
      ContentType: type,
      ChecksumSHA256: Buffer.from(content.sha256, 'hex').toString('base64'),
      Metadata: metadataOf(content, type, mark),
      ...(ifNoneMatch && { IfNoneMatch: '*' }),
    })
    try {
      const requestTimeout = bucket.answerWithinMs + content.bytes / uploadBytesPerMsMin
      await bucket.client.send(command, { requestTimeout })
      return
    } catch (error) {
      if (has(error, 412, 'PreconditionFailed')) {
        // Ours may be the one that is there: put, and its answer lost.
        if ((await objectHead(bucket, key).catch(() => null))?.mark === mark) return
        throw new BlobError('exists', 'there is a blob under this key already', { cause: error })
      }
      // The client repeats what lies in memory; it cannot know that our files may be read again.
      const isOurTurn = has(error, 409) || (!Buffer.isBuffer(body) && isWorthRepeating(error))
      if (attempt >= bucket.attemptsMax || !isOurTurn) throw mapped(error)
    }
  }
}

/** True when there was one. The server does not say, so it is asked before: of two at once both may be told so. */
export async function removeObject(bucket: Bucket, key: string): Promise<boolean> {
  const name = nameOf(bucket, key)
  try {
    await bucket.client.send(new HeadObjectCommand(name))
    await bucket.client.send(new DeleteObjectCommand(name))
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw mapped(error)
  }
}

/** Keys behind `after`, in order. What others put into the bucket has no name of ours and is passed over. */
export async function keysBelow(
  { client, name, root }: Bucket,
  below: string,
  after: string,
  most: number,
): Promise<{ keys: string[]; isAll: boolean }> {
  const keys: string[] = []
  if (after > below && !after.startsWith(below)) return { keys, isAll: true }
  let startAfter = after > below ? `${root}${after}!` : undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const command = new ListObjectsV2Command({
      Bucket: name,
      Prefix: `${root}${below}`,
      MaxKeys: most,
      ...(startAfter !== undefined && { StartAfter: startAfter }),
    })
    const answer = await client.send(command).catch((error: unknown) => Promise.reject(mapped(error)))
    const names = (answer.Contents ?? []).flatMap(({ Key }) => Key ?? [])
    for (const one of names) {
      if (keys.length === most) return { keys, isAll: false }
      if (one.endsWith('!')) keys.push(one.slice(root.length, -1))
    }
    startAfter = names.at(-1)
    if (!answer.IsTruncated || startAfter === undefined) return { keys, isAll: true }
    if (keys.length === most) return { keys, isAll: false }
  }
  throw new BlobError('unavailable', 'too much that is not ours lies in the bucket')
}

export const publicOf = ({ mark: _mark, ...info }: ObjectInfo): BlobInfo => info

/** Undefined for what HTTP cannot say. */
export const rangeHeader = (range: BlobRange | undefined): string | undefined => {
  const { start, end } = range ?? { start: -1 }
  const isEndFit = end === undefined || (Number.isSafeInteger(end) && end >= start)
  return Number.isSafeInteger(start) && start >= 0 && isEndFit ? `bytes=${start}-${end ?? ''}` : undefined
}

/** Type too, so that servers that tidy up content types do not change what was given. */
const metadataOf = (content: Spooled, type: string, mark: string): Record<string, string> => ({
  'floowe-sha256': content.sha256,
  'floowe-bytes': String(content.bytes),
  'floowe-type': encodeURIComponent(type),
  'floowe-put': mark,
})

type Answer = Pick<GetObjectCommandOutput, 'Metadata' | 'ContentLength' | 'ContentRange' | 'LastModified'>

/** @throws BlobError damaged when it was not put by us, or has another length than it had */
function infoOf(key: string, answer: Answer): ObjectInfo {
  const {
    'floowe-sha256': sha256,
    'floowe-bytes': bytes,
    'floowe-type': type,
    'floowe-put': mark,
  } = answer.Metadata ?? {}
  const size = answer.ContentRange ? Number(answer.ContentRange.split('/')[1]) : (answer.ContentLength ?? 0)
  if (!sha256 || !type || !mark || bytes !== String(size)) throw new BlobError('damaged', `${key} is not a whole blob`)
  return { key, size, sha256, type: decodeURIComponent(type), storedAt: answer.LastModified?.getTime() ?? 0, mark }
}

/** @throws BlobError too-large, damaged, unavailable */
export async function readWhole({ info, stream }: Opened, bytesMax: number): ReturnType<Blobs['read']> {
  if (info.size > bytesMax) {
    stream.destroy()
    throw new BlobError('too-large', `${info.key} has ${info.size} bytes, more than ${bytesMax}`)
  }
  const chunks: Buffer[] = await stream.toArray().catch((error: unknown) => {
    throw new BlobError('unavailable', 'the answer broke off', { cause: error })
  })
  const bytes = Buffer.concat(chunks)
  if (bytes.length !== info.size || hash('sha256', bytes) !== info.sha256)
    throw new BlobError('damaged', `${info.key} is not what was put`)
  return { ...publicOf(info), bytes }
}

/**
 * Blobs as objects of one bucket of any server that speaks S3.
 *
 * An object's name is the key with `!` behind it. Some servers keep objects as files and cannot have both `a` and `a/b`; and as
 * `!` comes before every character of a key, the names sort as the keys do. Hash, length and type stand in the object's metadata,
 * which must be sent before the content: so content of unknown length is spooled first, and then sent in one request that the
 * server checks against the hash. That costs one local copy; the way round it, a second object and a copy on the server, costs
 * twice the traffic there, is not all or nothing, and few servers let only one of many such copies win.
 *
 * The server's address comes from the operator's settings, never from people, so the client connects directly and not through
 * the guarded one of `outbound.ts`.
 */
import { tmpdir } from 'node:os'
import { S3Client } from '@aws-sdk/client-s3'
import { blobsWithin, bytesOf, checkKey, checkType, listLimitMax } from './keys.ts'
import type { BlobInfo, Blobs } from './port.ts'
import { linkTo } from './s3-links.ts'
import {
  type Bucket,
  keysBelow,
  nameOf,
  objectHead,
  openObject,
  publicOf,
  putObject,
  rangeHeader,
  readWhole,
  removeObject,
} from './s3-objects.ts'
import { spool } from './spool.ts'

export type S3Options = {
  /** `https://s3.example.com`; the bucket is a part of the path. */
  url: string
  region: string
  bucket: string
  /** Without keys the machine's own are looked for, in the ways of AWS. */
  keys: { accessKey: string; secretKey: string } | null
  /** Several installations may share a bucket. Segments of a key, joined by `/`. */
  prefix?: string
  /** Where browsers reach the same server. Without it nobody is sent there: all reading goes through us. */
  linksUrl?: string
  /** To the first byte of an answer. Standard 10,000; a server that is away is asked five times. */
  answerWithinMs?: number
  /** Where large uploads are held until they are whole; the system's temporary folder. */
  spoolFolder?: string
}
export type S3Blobs = Blobs & { close: () => void }

const bytesMaxStandard = 512 * 1024 * 1024
const readBytesMaxStandard = 64 * 1024 * 1024
/** With pauses; some servers stumble over a name that many write and delete at once. */
const attemptsMax = 5
const connectWithinMs = 3_000
const answerWithinMsStandard = 10_000
/** Nothing moved for so long, in either direction. A slow reader may pause, so it is generous. */
const stalledAfterMs = 120_000
const headsAtOnce = 16
const silent = (): void => undefined

/** Does not wait for the server: it may come later. */
export function createS3Blobs(options: S3Options): S3Blobs {
  const client = clientFor(options, options.url)
  const linksClient = options.linksUrl === undefined ? null : clientFor(options, options.linksUrl)
  const root = options.prefix ? `${checkKey(options.prefix)}/` : ''
  const bucket: Bucket = { client, name: options.bucket, root, attemptsMax, answerWithinMs: answerWithinMsOf(options) }

  const blobs: S3Blobs = {
    put: async (
      key,
      content,
      { type = 'application/octet-stream', ifNoneMatch = false, bytesMax = bytesMaxStandard } = {},
    ) => {
      checkKey(key)
      checkType(type)
      await using held = await spool(content, bytesMax, options.spoolFolder ?? tmpdir())
      await putObject(bucket, key, held, type, ifNoneMatch)
      return { bytes: held.bytes, sha256: held.sha256 }
    },
    get: async (key, { range } = {}) => {
      // What HTTP cannot say is answered here, once we know whether there is such a blob.
      if (range && rangeHeader(range) === undefined) {
        const info = await blobs.head(key)
        if (info) bytesOf(range, info.size)
        return null
      }
      const opened = await openObject(bucket, key, range)
      if (!opened) return null
      try {
        return { ...publicOf(opened.info), range: bytesOf(range, opened.info.size), stream: opened.stream }
      } catch (error) {
        opened.stream.destroy()
        throw error
      }
    },
    read: async (key, { bytesMax = readBytesMaxStandard } = {}) => {
      const opened = await openObject(bucket, key)
      return opened && readWhole(opened, bytesMax)
    },
    head: async (key) => {
      const info = await objectHead(bucket, key)
      return info && publicOf(info)
    },
    delete: (key) => removeObject(bucket, key),
    list: async (below, { after = '', limit = 100 } = {}) => {
      if (below !== '') checkKey(below)
      const most = Math.min(Math.max(1, Math.trunc(limit)), listLimitMax)
      const { keys, isAll } = await keysBelow(bucket, below === '' ? '' : `${below}/`, after, most)
      const items: BlobInfo[] = []
      for (let at = 0; at < keys.length; at += headsAtOnce) {
        const infos = await Promise.all(keys.slice(at, at + headsAtOnce).map(blobs.head))
        // Deleted while we were looking: not there.
        items.push(...infos.filter((info) => info !== null))
      }
      return { items, next: isAll ? null : (keys.at(-1) ?? null) }
    },
    presign: async (key, presigning) => {
      const name = nameOf(bucket, key)
      return linksClient && linkTo(linksClient, name, presigning)
    },
    within: (inner) => blobsWithin(blobs, inner),
    close: () => {
      client.destroy()
      linksClient?.destroy()
    },
  }
  return blobs
}

const answerWithinMsOf = (options: S3Options): number => options.answerWithinMs ?? answerWithinMsStandard

const clientFor = (options: S3Options, endpoint: string): S3Client => {
  const { region, keys } = options
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    ...(keys && { credentials: { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey } }),
    maxAttempts: attemptsMax,
    // What goes wrong is thrown; it would say some of it to the console too.
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    // We send the hash ourselves, and older servers know no other sums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectWithinMs,
      requestTimeout: answerWithinMsOf(options),
      throwOnRequestTimeout: true,
      socketTimeout: stalledAfterMs,
    },
  })
}

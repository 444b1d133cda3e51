/** Links that anyone who has them may read with, until they are over. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { checkType } from './keys.ts'
import type { PresignOptions } from './port.ts'

const secondsMax = 604_800

/** @throws RangeError for a time that no server takes; BlobError bad-type */
export async function linkTo(
  client: S3Client,
  name: { Bucket: string; Key: string },
  { expiresInSeconds, downloadName, type }: PresignOptions,
): Promise<string> {
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > secondsMax)
    throw new RangeError(`a link is good for 1 to ${secondsMax} seconds`)
  const command = new GetObjectCommand({
    ...name,
    ...(type !== undefined && { ResponseContentType: checkType(type) }),
    ...(downloadName !== undefined && { ResponseContentDisposition: attachment(downloadName) }),
  })
  return getSignedUrl(client, command, { expiresIn: expiresInSeconds })
}

/** RFC 6266: the second name is for all browsers of today, the first for what else there may be. */
function attachment(name: string): string {
  const plain = name.replace(/[^\w .-]/g, '_')
  const escaped = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
  const coded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, escaped)
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`
}

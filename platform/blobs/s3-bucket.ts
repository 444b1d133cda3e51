/** The bucket itself, which everything else takes for granted. */
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Options } from './s3.ts'
import { has } from './s3-errors.ts'

/** Makes the bucket if it is not there. May be repeated, also by several at once. */
export async function makeBucket({ url, region, bucket, keys }: S3Options): Promise<void> {
  const client = new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    ...(keys && { credentials: { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey } }),
  })
  const target = { Bucket: bucket }
  try {
    await client.send(new HeadBucketCommand(target))
  } catch (error) {
    if (!has(error, 404, 'NotFound', 'NoSuchBucket')) throw error
    await client.send(new CreateBucketCommand(target)).catch((refused: unknown) => {
      if (!has(refused, 409, 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists')) throw refused
    })
  } finally {
    client.destroy()
  }
}

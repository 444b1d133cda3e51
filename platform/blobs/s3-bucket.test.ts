import { hasS3, openS3 } from '@floowe/testbed/s3'
import { expect, test } from 'vitest'
import { createS3Blobs } from './s3.ts'
import { makeBucket } from './s3-bucket.ts'

test.skipIf(!hasS3())('a bucket that is missing is made, and one that is there stays as it is (S3)', async () => {
  const { url, region, accessKey, secretKey, stop } = await openS3()
  const options = { url, region, bucket: `floowe-made-${process.pid}`, keys: { accessKey, secretKey } }
  const blobs = createS3Blobs(options)
  try {
    await Promise.all([makeBucket(options), makeBucket(options)])
    await blobs.put('a', 'kept')
    await makeBucket(options)
    expect((await blobs.read('a'))?.bytes.toString()).toBe('kept')
    await blobs.delete('a')
  } finally {
    blobs.close()
    await stop()
  }
})

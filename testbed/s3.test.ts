import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { program, s3Address, startS3 } from './s3.ts'
import { isListening } from './server.ts'

const isMissing = program.find() === null && !process.env['CI']

test.skipIf(isMissing)('a private S3 asks who one is, and leaves nothing', async () => {
  const server = await startS3()
  try {
    const answer = await fetch(`${server.url}/${server.bucket}/anything`)
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')])
  } finally {
    await server.stop()
  }
  expect(await isListening(Number(new URL(server.url).port))).toBe(false)
  expect(existsSync(server.folder)).toBe(false)
})

test('a server of one’s own is named by one address', () => {
  expect(s3Address('https://key:se%2Fcret@s3.example.com:9000/bucket?region=eu-central-1')).toEqual({
    url: 'https://s3.example.com:9000',
    region: 'eu-central-1',
    bucket: 'bucket',
    accessKey: 'key',
    secretKey: 'se/cret',
  })
})

/** How long an inner token counts, by a clock that need not be its maker's. */
import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createVerifier, signToken } from './tokens.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }]
const iat = 1_800_000_000
const exp = iat + 60
const claims = { sub: 'ola', kind: 'person', wsp: null, prm: [], iat, exp } as const
const tokenOf = (jti: string): string => signToken(privateKey, 'one', { ...claims, jti })

test.each([
  ['of a machine that is 59 s ahead when it ends', exp + 59, true],
  ['of a machine that is a minute ahead when it ends', exp + 60, false],
  ['of a machine that is behind when it is made', iat - 45, true],
])('the clock %s', async (_, seconds, isTaken) => {
  let nowMs = iat * 1000
  const { verify } = createVerifier(
    async () => ({ keys }),
    () => nowMs,
  )
  const remembered = tokenOf('remembered')
  expect((await verify(remembered))?.id).toBe('ola')
  nowMs = seconds * 1000
  for (const token of [remembered, tokenOf('fresh')])
    expect((await verify(token))?.id).toBe(isTaken ? 'ola' : undefined)
})

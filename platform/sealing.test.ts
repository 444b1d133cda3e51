import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSealer, hashToken, isSameSecret, newToken, SealingError, withRetired } from './sealing.ts'

const secret = Buffer.alloc(32, 7)
const sealer = createSealer(secret)
const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return error instanceof SealingError ? error.code : String(error)
  }
  return 'opened'
}

describe('a sealed value', () => {
  test('opens with its key and in its place only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, context, other) => {
        const sealed = sealer.seal(text, context)
        expect(sealer.open(sealed, context)).toBe(text)
        if (context !== other) expect(codeOf(() => sealer.open(sealed, other))).toBe('damaged')
      }),
    )
  })

  test('never looks the same twice, and has a form that later forms can tell apart', () => {
    const sealed = Array.from({ length: 200 }, () => sealer.seal('token', 'channel:1'))
    expect(new Set(sealed).size).toBe(200)
    expect(sealed[0]).toMatch(/^v2\.[a-z2-7]{8}\.[\w-]{80}\.[\w-]{16}\.[\w-]+$/)
    // No two share a data key, or its wrapping.
    expect(new Set(sealed.map((text) => text.split('.')[2])).size).toBe(200)
    expect(sealed[0]).not.toContain(Buffer.from('token').toString('base64url'))
  })

  test('tells which key it needs', () => {
    const other = createSealer(randomBytes(32))
    const sealed = other.seal('x', 'c')
    expect(other.keyId).not.toBe(sealer.keyId)
    expect(() => sealer.open(sealed, 'c')).toThrow(
      `sealed with key ${other.keyId}, but the secret of this installation makes key ${sealer.keyId}`,
    )
    expect(codeOf(() => sealer.open(sealed, 'c'))).toBe('wrong-key')
    // The name of the key is sealed in as well.
    expect(codeOf(() => sealer.open(sealed.replace(other.keyId, sealer.keyId), 'c'))).toBe('damaged')
  })

  test('notices every changed character', () => {
    const sealed = sealer.seal('a secret of some length', 'c')
    const last = sealed.length - 1
    for (let index = 0; index < last; index += 1) {
      const changed = `${sealed.slice(0, index)}${sealed[index] === 'A' ? 'B' : 'A'}${sealed.slice(index + 1)}`
      expect(['damaged', 'not-sealed', 'wrong-key']).toContain(codeOf(() => sealer.open(changed, 'c')))
    }
    for (const length of [0, 1, 20, 40, last - 5])
      expect(codeOf(() => sealer.open(sealed.slice(0, length), 'c'))).not.toBe('opened')
    for (const text of [
      '',
      'plain',
      'v2.abcdefgh.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA',
      `${sealed}\n`,
      `${sealed} `,
      ` ${sealed}`,
    ]) {
      expect(codeOf(() => sealer.open(text, 'c'))).toBe('not-sealed')
    }
  })

  test('opens after years: a value from before this test was written', () => {
    expect(sealer.keyId).toBe('7xup6jr2')
    expect(
      sealer.open('v1.7xup6jr2.61jUstxgHNYcBQLG.Mx0M6-TF1PyoetKXgEK6zF3NVdeJXraHbIs', 'publishing.channel:1'),
    ).toBe('zażółć')
    expect(
      sealer.open(
        'v2.7xup6jr2.DP53uNNEOZrB8IapU_B2cqweSYYxtyd79h4nalGLTDZj1lJJTZCU7pr1d-82JRj15Cz9GeR8r6FkfB_N.qjXeumpZ1RSo-FcN._uHBnHOt0YRfL7uFPGSRPjwbL0NG1mWq2v8',
        'publishing.channel:1',
      ),
    ).toBe('zażółć')
  })
})

/** As values were sealed before data keys had wrappings of their own: under the key of `secret`. */
const oldValue = 'v1.7xup6jr2.61jUstxgHNYcBQLG.Mx0M6-TF1PyoetKXgEK6zF3NVdeJXraHbIs'
const oldContext = 'publishing.channel:1'

describe('a ring of secrets', () => {
  const [older, newer] = [Buffer.alloc(32, 8), Buffer.alloc(32, 9)]
  const [before, after] = [createSealer(older), createSealer([newer, older])]

  test('seals with the first and opens with all, in either order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
        const [old, young] = [before.seal(text, context), after.seal(text, context)]
        expect(after.open(old, context)).toBe(text)
        expect(createSealer([older, newer]).open(young, context)).toBe(text)
        expect(codeOf(() => before.open(young, context))).toBe('wrong-key')
        expect(codeOf(() => createSealer(newer).open(old, context))).toBe('wrong-key')
      }),
    )
    expect(after.keyIds).toEqual([after.keyId, before.keyId])
    expect(() => createSealer([])).toThrow('at least one')
    expect(() => createSealer([newer, 'short'])).toThrow('at least 32')
  })

  test('wraps a value anew: its content stays, and the old secret opens it no more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, context, other) => {
        const old = before.seal(text, context)
        const wrapped = after.rewrap(old, context)
        expect(wrapped.split('.').slice(3)).toEqual(old.split('.').slice(3))
        expect(wrapped.split('.')[2]).not.toBe(old.split('.')[2])
        expect(createSealer(newer).open(wrapped, context)).toBe(text)
        expect(codeOf(() => before.open(wrapped, context))).toBe('wrong-key')
        // The name of a key is no key.
        const renamed = wrapped.replace(after.keyId, before.keyId)
        expect(codeOf(() => before.open(renamed, context))).toBe('damaged')
        expect(after.rewrap(wrapped, context)).toBe(wrapped)
        if (context !== other) expect(codeOf(() => after.rewrap(old, other))).toBe('damaged')
      }),
    )
  })

  test('a wrapping of one value fits no other, of the same place neither', () => {
    const [one, other] = [sealer.seal('one', 'c').split('.'), sealer.seal('other', 'c').split('.')]
    expect(codeOf(() => sealer.open([...one.slice(0, 3), ...other.slice(3)].join('.'), 'c'))).toBe('damaged')
    expect(codeOf(() => after.rewrap([...one.slice(0, 3), ...other.slice(3)].join('.'), 'c'))).toBe('wrong-key')
  })

  test('seals values of the old form anew', () => {
    const ring = createSealer([newer, secret])
    const anew = ring.rewrap(oldValue, oldContext)
    expect(anew).toMatch(/^v2\./)
    expect(createSealer(newer).open(anew, oldContext)).toBe('zażółć')
    // Under the same secret, too.
    expect(sealer.open(sealer.rewrap(oldValue, oldContext), oldContext)).toBe('zażółć')
    expect(codeOf(() => ring.rewrap(oldValue, 'elsewhere'))).toBe('damaged')
    expect(codeOf(() => ring.rewrap('plain', oldContext))).toBe('not-sealed')
  })

  test('hands out the keys of all its secrets, the first one first', () => {
    expect(after.deriveKeys('a')).toEqual([
      { keyId: after.keyId, key: after.deriveKey('a'), isRetired: false },
      { keyId: before.keyId, key: before.deriveKey('a'), isRetired: false },
    ])
    expect(after.deriveKey('a')).toEqual(createSealer(newer).deriveKey('a'))
  })

  test('and, of secrets that are gone, those that were kept', () => {
    const kept = { keyId: before.keyId, purpose: 'a', key: before.deriveKey('a') }
    const now = withRetired(createSealer(newer), [kept])
    expect(now.deriveKeys('a')[1]).toEqual({ keyId: before.keyId, key: before.deriveKey('a'), isRetired: true })
    expect(now.deriveKeys('b')).toHaveLength(1)
    expect(codeOf(() => now.open(before.seal('x', 'c'), 'c'))).toBe('wrong-key')
    // Kept already, and not yet gone.
    expect(
      withRetired(after, [kept])
        .deriveKeys('a')
        .map(({ isRetired }) => isRetired),
    ).toEqual([false, false])
  })
})

describe('keys', () => {
  test('are the same for one secret, and apart by purpose', () => {
    expect(createSealer(secret).deriveKey('a')).toEqual(sealer.deriveKey('a'))
    expect(sealer.deriveKey('a')).toHaveLength(32)
    expect(sealer.deriveKey('a')).not.toEqual(sealer.deriveKey('b'))
    expect(createSealer(Buffer.alloc(32, 8)).deriveKey('a')).not.toEqual(sealer.deriveKey('a'))
  })
  test('come from text as from its bytes, whatever line end the file has', () => {
    const text = secret.toString('base64url')
    expect(createSealer(`${text}\n`).keyId).toBe(createSealer(text).keyId)
    expect(createSealer(Buffer.from(text)).keyId).toBe(createSealer(text).keyId)
  })
  test('need a secret that cannot be guessed, and do not change with its buffer', () => {
    expect(() => createSealer('short')).toThrow('at least 32')
    expect(() => createSealer(Buffer.alloc(31))).toThrow('at least 32')
    const buffer = Buffer.from(secret)
    const made = createSealer(buffer)
    buffer.fill(0)
    expect(made.deriveKey('a')).toEqual(sealer.deriveKey('a'))
  })
})

describe('tokens', () => {
  test('hold 256 random bits behind their prefix', () => {
    const tokens = Array.from({ length: 1_000 }, () => newToken('flo_'))
    expect(new Set(tokens).size).toBe(1_000)
    for (const token of tokens) expect(token).toMatch(/^flo_[\w-]{43}$/)
  })
  test('are kept as their SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
  test('are compared whole', () => {
    expect(isSameSecret('abc', Buffer.from('abc'))).toBe(true)
    for (const other of ['abd', 'ab', 'abcd', '', 'ABC']) expect(isSameSecret('abc', other)).toBe(false)
  })
})

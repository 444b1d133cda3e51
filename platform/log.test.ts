import { expect, describe, test } from 'vitest'
import { Refusal } from './errors.ts'
import { createLog } from './log.ts'
import type { LogFields, LogOptions } from './log.ts'
import { scrub, scrubText } from './scrubbing.ts'

const at = Date.parse('2026-11-22T10:00:00.123Z')
function recorded(options: Partial<LogOptions> = {}) {
  const lines: string[] = []
  const log = createLog({
    service: 'publishing',
    level: 'debug',
    destination: { write: (line) => lines.push(line) },
    now: () => at,
    ...options,
  })
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null') }
}

describe('a line', () => {
  test('is ECS JSON', () => {
    const { log, lines, last } = recorded()
    log.info('sent', { requestId: 'r-1', traceId: 't-1', edition: 'e-1', attempts: 2, isLast: false, nothing: null })
    expect(last()).toEqual({
      '@timestamp': '2026-11-22T10:00:00.123Z',
      'log.level': 'info',
      message: 'sent',
      'service.name': 'publishing',
      'ecs.version': '8.11.0',
      'http.request.id': 'r-1',
      'trace.id': 't-1',
      floowe: { edition: 'e-1', attempts: 2, isLast: false, nothing: null },
    })
    expect(lines[0]?.endsWith('}\n')).toBe(true)
    log.warn('alone')
    expect(last()).not.toHaveProperty('floowe')
  })

  test('carries an error with its causes and details', () => {
    const { log, last } = recorded()
    const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH' })
    log.error('failed', { error: new Refusal('slot-taken', { at: 'nine' }, { cause }) })
    expect(last()).toMatchObject({
      'log.level': 'error',
      'error.type': 'Refusal',
      'error.message': 'slot-taken',
      'error.code': 'slot-taken',
      'error.stack_trace': expect.stringContaining('log.test.ts'),
      'error.details': {
        data: { at: 'nine' },
        cause: { type: 'TypeError', message: 'no route', code: 'EHOSTUNREACH' },
      },
    })
    log.error('odd', { error: 'only words' })
    expect(last()).toMatchObject({ 'error.message': 'only words' })
    log.error('odder', { error: { reason: 7 } })
    expect(last()).toMatchObject({ 'error.message': '{"reason":7}' })
    log.error('many', { error: new AggregateError([new Error('one'), new Error('two')], 'all failed') })
    expect(last()).toMatchObject({ 'error.details': { errors: [{ message: 'one' }, { message: 'two' }] } })
  })

  test('is left out below its level', () => {
    const { log, lines } = recorded({ level: 'warn' })
    log.debug('a')
    log.info('b')
    log.warn('c')
    log.error('d')
    expect(lines).toHaveLength(2)
    const silent = recorded({ level: 'silent' })
    silent.log.error('e')
    expect(silent.lines).toEqual([])
  })

  test('of a child carries its fields too, and may speak for another service', () => {
    const { log, last } = recorded()
    const child = log.child({ service: 'site', requestId: 'r-2', channel: 'c-1' }).child({ delivery: 'd-1' })
    child.info('sent', { delivery: 'd-2', attempts: 1 })
    expect(last()).toMatchObject({
      'service.name': 'site',
      'http.request.id': 'r-2',
      floowe: { channel: 'c-1', delivery: 'd-2', attempts: 1 },
    })
    log.info('untouched')
    expect(last()).toMatchObject({ 'service.name': 'publishing' })
    expect(last()).not.toHaveProperty('floowe')
  })

  test('is written whatever it is given, and bounded', () => {
    const { log, lines, last } = recorded()
    const circle: Record<string, unknown> = { name: 'circle' }
    circle.self = circle
    let deep: Record<string, unknown> = {}
    for (let level = 0; level < 50; level += 1) deep = { deep }
    const throwing = {
      get bad(): string {
        throw new Error('no')
      },
    }
    const fields: LogFields = {
      circle,
      deep,
      big: 12n,
      fn: () => 1,
      sym: Symbol('x'),
      bytes: Buffer.from('whsec_hidden'),
      date: new Date(at),
      none: new Date(Number.NaN),
      lone: '\ud800',
      map: new Map([['a', 1]]),
      set: new Set([1]),
      url: new URL('http://x.example/p'),
      nothing: Object.create(null),
      toJSON: () => 'tricked',
      __proto__: { a: 1 },
    }
    log.info('odd', fields)
    expect(last()).toMatchObject({
      floowe: {
        circle: { name: 'circle', self: '[seen above]' },
        big: '12',
        bytes: '[12 bytes]',
        date: '2026-11-22T10:00:00.123Z',
        none: 'invalid date',
        map: { a: 1 },
        set: [1],
        url: 'http://x.example/p',
      },
    })
    expect(JSON.stringify(last())).toContain('[too deep]')
    log.info('throwing', { throwing })
    log.info('throwing', throwing)
    log.info('many', {
      list: Array.from({ length: 10_000 }, (_, index) => index),
      long: 'x'.repeat(1_000_000),
      wide: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`n${index}`, index])),
    })
    log.info(undefined as unknown as string) // a caller without types
    expect(lines).toHaveLength(5)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(20_000)
    const failing = recorded({
      destination: {
        write: () => {
          throw new Error('disk full')
        },
      },
    })
    expect(() => failing.log.info('x')).not.toThrow()
  })
})

/** Every place a secret was ever seen in a log, with the secret as `S3CR3T…`. */
const secret = 'S3CR3Tab12cd34ef56gh78'
const nested = new Error(`outer token=${secret}`, {
  cause: Object.assign(new Error(`inner Bearer ${secret}`), {
    config: { headers: { authorization: secret } },
    request: `GET /x?token=${secret}`,
  }),
})
const planted: Record<string, LogFields> = {
  ...Object.fromEntries(
    [
      'authorization',
      'Authorization',
      'proxy-authorization',
      'cookie',
      'set-cookie',
      'Set-Cookie',
      'password',
      'Password',
      'passwd',
      'newPassword',
      'passphrase',
      'secret',
      'clientSecret',
      'client_secret',
      'token',
      'accessToken',
      'refresh_token',
      'tokens',
      'csrf-token',
      'key',
      'keys',
      'apiKey',
      'api_key',
      'X-Api-Key',
      'privateKey',
      'encryptionKey',
      'signingKeys',
      'credential',
      'credentials',
      'signature',
      'webhook-signature',
      'bearer',
      'jwt',
      'otp',
      'pin',
      'totpSecret',
      'sessionId',
      'auth',
      'idempotencyKey',
    ].map((name) => [`field ${name}`, { [name]: secret, deeper: { list: [{ [name]: [secret] }] } }]),
  ),
  'a number': { pin: 'x', token: Number.parseInt('123456', 10) },
  'headers as pairs': {
    rawHeaders: ['Authorization', `Basic ${secret}`, 'X-Api-Key', secret],
    pairs: [['cookie', secret]],
  },
  'headers as a map': {
    headers: new Headers({ authorization: `Bearer ${secret}` }),
    map: new Map([['token', secret]]),
  },
  'a nested error': { error: nested, also: { deeper: [nested] } },
  'a cause that is no error': { error: new Error('x', { cause: { password: secret } }) },
  'many errors': { error: new AggregateError([new Error(`password: ${secret}`)], 'all') },
  'an error with a strange name': { error: Object.assign(new Error('x'), { name: `token=${secret}` }) },
  'a child field': {},
  ours: { text: `whsec_${secret} and flo_${secret}`, other: `(flo_${secret})` },
  'bearer words': {
    a: `Bearer ${secret}`,
    b: `authorization: bearer ${secret}`,
    c: `Authorization: Basic ${secret}`,
    d: `Bearer%20${secret}`,
  },
  addresses: {
    a: `https://x.example/p?token=${secret}&q=1`,
    b: `https://x.example/p?q=1&access_token=${secret}`,
    c: `https://user:${secret}@x.example/`,
    d: `postgres://${secret}@db/x`,
    e: new URL(`https://x.example/#access_token=${secret}`),
    f: new URLSearchParams({ code: secret, state: secret }),
    g: `https://x.example/cb?code=${secret}&state=${secret}`,
    h: `/reset?key=${secret}`,
    i: `https://hooks.example/p?sig=${secret}`,
    j: `redis://:${secret}@cache:6379`,
  },
  'json in a text': {
    a: JSON.stringify({ password: secret }),
    b: JSON.stringify({ a: { apiKey: secret, b: 1 } }),
    c: JSON.stringify(JSON.stringify({ token: secret })),
    d: `{'password': '${secret}'}`,
  },
  'form and shell': {
    a: `user=a&password=${secret}&x=1`,
    b: `FLOOWE_SECRET=${secret} npm start`,
    c: `client_secret = "${secret}"`,
    d: `password=%22${secret}%22`,
  },
  'headers in a text': {
    a: `GET / HTTP/1.1\r\nCookie: a=${secret}; b=${secret}\r\nHost: x`,
    b: `set-cookie: __Host-session=${secret}; Path=/`,
    c: `X-Api-Key: ${secret}`,
  },
  'foreign forms': {
    a: `eyJhbGciOiJFZERTQSJ9.${secret}.${secret}`,
    b: `ghp_${secret}${secret}`,
    c: `sk-ant-${secret}`,
    d: `xoxb-${secret}`,
    e: `sk_live_${secret}`,
    f: `-----BEGIN PRIVATE KEY-----\n${secret}\n${secret}\n-----END PRIVATE KEY-----`,
  },
  [`a name that is one: flo_${secret}`]: { [`flo_${secret}`]: 1 },
}

describe('a secret', () => {
  test.each(Object.entries(planted))('in %s never comes out', (name, fields) => {
    for (const format of ['ecs', 'terse'] as const) {
      const { log, lines } = recorded({ format })
      log.error('planted', fields)
      log.child(fields).error(name)
      // Where the text itself shows what it holds, a message is as safe as a field.
      const texts = name.startsWith('field') ? [] : Object.values(fields).filter((value) => typeof value === 'string')
      for (const text of texts) log.info(text)
      expect(lines).toHaveLength(2 + texts.length)
      expect(lines.join('')).not.toContain(secret)
      expect(lines.join('')).not.toContain('123456')
    }
  })

  test('in a message never comes out', () => {
    const { log, lines } = recorded()
    for (const text of [
      `signed in with flo_${secret}`,
      `GET /x?token=${secret}`,
      `failed: {"secret":"${secret}"}`,
      nested.message,
    ])
      log.info(text)
    expect(lines.join('')).not.toContain(secret)
    expect(lines.join('')).toContain('signed in with [removed]')
  })

  test('that is very long is removed whole', () => {
    expect(scrubText(`flo_${'a1'.repeat(100_000)}`)).toBe('[removed]…')
    expect(scrubText(`password=${'x'.repeat(3_000)} y`)).not.toContain('x')
    expect(scrubText(`{"password":"${'x'.repeat(6_000)}"}`)).not.toMatch(/x{2}/)
  })

  test('is not seen where there is none', () => {
    const harmless = {
      keyphrase: 'obniżka cen',
      inputTokens: 812,
      outputTokens: 40,
      tokensMax: 1000,
      cacheKey: 'a:b',
      authors: ['Ola'],
      isSecret: true,
      secret: null,
      keyboard: 'pl',
      monkey: 1,
    }
    expect(scrub(harmless)).toEqual({ ...harmless, monkey: expect.anything() })
    for (const text of [
      'the token was refused',
      'basic idea of a bearer',
      'https://x.example/p?page=2&sort=title',
      'Sekretariat: pokój 7',
      '12:30:45',
      'a key point',
      'wersja 24.21.0',
      'ask-an-expert',
    ])
      expect(scrubText(text)).toBe(text)
  })

  test('does not make a hostile text slow', () => {
    const hostile = [
      'a'.repeat(8_000),
      'password'.repeat(1_000),
      '-----BEGIN '.repeat(700),
      'http://'.repeat(1_100),
      'x:'.repeat(4_000),
      '1.'.repeat(4_000),
      'token="\\'.repeat(900),
      'cookie: '.repeat(1_000),
      'a_-.'.repeat(2_000),
    ]
    const began = process.cpuUsage()
    for (const text of hostile) scrubText(text)
    const used = process.cpuUsage(began)
    // Milliseconds by far; a pattern that goes back over the text would take minutes.
    expect(used.user + used.system).toBeLessThan(5_000_000)
  })
})

describe('an address of a person', () => {
  test('never comes out, by its name or its look', () => {
    const { log, lines } = recorded()
    const people = [
      '83.12.4.99',
      '203.0.113.7',
      '10.1.2.3',
      '2001:db8::7',
      '2a02:a310:e143:8c00::1',
      '::ffff:83.12.4.99',
      'fe80::1',
    ]
    for (const ip of people) {
      log.info(`refused ${ip}`, {
        ip,
        remoteAddress: ip,
        'x-forwarded-for': `${ip}, 1.1.1.1`,
        where: `from ${ip}:443`,
        bracket: `http://[${ip}]:80/`,
        list: [ip],
        error: new Error(`connect ECONNREFUSED ${ip}:80`),
      })
    }
    for (const ip of people) expect(lines.join('')).not.toContain(ip)
    expect(lines[0]).toContain('refused [address]')
  })
  test('is not seen in versions, times and this machine', () => {
    for (const text of [
      'http://127.0.0.1:4800',
      'listens on 0.0.0.0',
      '[::1]:4800',
      '10:20:30',
      'v24.21.0',
      '1.2.3',
      '1.2.3.4.5',
      '999.1.1.1',
      'Foo::bar',
    ])
      expect(scrubText(text)).toBe(text)
  })
})

describe('the terse form', () => {
  test('is for eyes', () => {
    const { log, lines } = recorded({ format: 'terse' })
    log.info('ready', { address: 'http://127.0.0.1:4800', words: 'two words', count: 3 })
    log.warn('slow', { requestId: 'r-1', error: new Error('took long') })
    log.error('failed', { error: new TypeError('broken') })
    expect(lines[0]).toBe(
      '10:00:00.123   publishing ready  address=http://127.0.0.1:4800  words="two words"  count=3\n',
    )
    expect(lines[1]).toBe('10:00:00.123 ! publishing slow  request=r-1  (Error: took long)\n')
    expect(lines[2]).toMatch(/^10:00:00\.123 ✖ publishing failed\n {4}TypeError: broken\n {4} {4}at /)
  })
  test('cannot be painted or forged by what is logged', () => {
    const { log, lines } = recorded({ format: 'terse' })
    log.warn('a\u001b[31mred\u001b[0m\r\nforged line', {
      b: '\u202eesrever\n10:00 forged',
      'name\n10:00 forged': 1,
      error: new Error('a\n10:00 forged'),
    })
    expect(lines[0]).not.toMatch(/[\p{Cc}\u202e](?!$)/u)
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1)
  })
})

test('told to be quiet, it and its children say only what matters, and then everything again', () => {
  const lines: string[] = []
  const log = createLog({ service: 'x', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const child = log.child({ service: 'y' })
  const speakAgain = log.only('error')
  child.warn('one')
  child.error('two')
  speakAgain()
  child.info('three')
  child.debug('four')
  const silent = createLog({ service: 'x', level: 'silent', destination: { write: (line) => void lines.push(line) } })
  silent.only('error')
  silent.error('five')
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['two', 'three'])
})

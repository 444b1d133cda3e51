/** No way of writing an address reaches this machine or its network. The canaries count every connection. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allowMistakes, createAddressGuard } from './addresses.ts'
import { createLog } from './log.ts'
import { createResolver } from './outbound-connection.ts'
import { createOutbound, OutboundError } from './outbound.ts'
import type { Outbound, OutboundRequest } from './outbound.ts'
import { portOf, startDns } from './testing-network.ts'
import type { TestDns } from './testing-network.ts'

const privateV4 = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.254',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.254',
  '127.0.0.1',
  '127.0.0.53',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.254',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.31.196.1',
  '192.52.193.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.254',
  '192.175.48.1',
  '198.18.0.1',
  '198.19.255.254',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
]
const privateV6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::2',
  '::ffff:0:127.0.0.1',
  'fe80::1',
  'febf::1',
  'fc00::1',
  'fd00:ec2::254',
  'fdff::1',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
  '100::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:3::1',
  '2001:4:112::1',
  '2001:10::1',
  '2001:20::1',
  '2001:30::1',
  '2001:db8::1',
  '2001:db8:ffff::1',
  '2002:7f00:1::',
  '2620:4f:8000::1',
  '3fff::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::7f00:1',
  '5f00::1',
  '4000::1',
  '8000::1',
  'c000::1',
]
const publicV4 = [
  '1.1.1.1',
  '8.8.8.8',
  '9.9.9.9',
  '11.0.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '128.0.0.1',
  '168.63.129.15',
  '169.253.255.255',
  '169.255.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.1',
  '192.0.3.1',
  '192.167.255.255',
  '192.169.0.1',
  '198.17.255.255',
  '198.20.0.1',
  '198.51.99.1',
  '203.0.112.1',
  '203.0.114.1',
  '223.255.255.255',
]
const publicV6 = [
  '2000::1',
  '2001:200::1',
  '2001:4860:4860::8888',
  '2003::1',
  '2600::1',
  '2606:4700:4700::1111',
  '2620:fe::fe',
  '2a00:1450:4001::1',
  '2a02::1',
  '3ffe::1',
]

const octets = (address: string): number[] => address.split('.').map(Number)
const whole = (address: string): number => octets(address).reduce((sum, octet) => sum * 256 + octet, 0)
const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')
const groups = (address: string): string => hex(whole(address), 8).replace(/(.{4})(.{4})/, '$1:$2')

/** Every way known of writing one IPv4 address. */
const formsV4 = (address: string): string[] => {
  const [a = 0, b = 0, c = 0, d = 0] = octets(address)
  const value = whole(address)
  return [
    address,
    `${address}.`,
    String(value),
    `0x${hex(value, 8)}`,
    `0${value.toString(8)}`,
    [a, b, c, d].map((octet) => `0x${hex(octet, 2)}`).join('.'),
    [a, b, c, d].map((octet) => `0${octet.toString(8).padStart(3, '0')}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `0x${hex(a, 2)}.${b}.0${(c * 256 + d).toString(8)}`,
    address.replaceAll('.', '。'),
    address.replaceAll('.', '．').replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    address.replace(/\d/g, (digit) => String.fromCodePoint(digit === '0' ? 0x24ea : 0x245f + Number(digit))),
    address.replace(/^\d/, (digit) => `%3${digit}`),
    `[::ffff:${address}]`,
    `[::ffff:${groups(address)}]`,
    `[0:0:0:0:0:ffff:${groups(address)}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b:1::${address}]`,
    `[2002:${groups(address)}::1]`,
    `[2001:0:${groups(address)}::1]`,
    `v4-${address.replaceAll('.', '-')}.names.example.com`,
    `mapped-${address.replaceAll('.', '-')}.names.example.com`,
  ]
}
const inwardNames = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'localhost.localdomain',
  'ｌｏｃａｌｈｏｓｔ',
  'ⓛocalhost',
  'loc%61lhost',
  'metadata.google.internal',
  'printer.local',
  'kubernetes.default.svc.cluster.local',
  'intranet',
  'router.lan',
  'nas.home.arpa',
  'ip6-localhost',
]

let arrived: string[] = []
const canaries: Server[] = []
let port = 0
let dns: TestDns
let outbound: Outbound

/** Names of the tests' own zone answer what they say; `turning` first says what is allowed, then this machine. */
const answer = (name: string, count: number): readonly string[] | null => {
  const [, kind, address] = /^(v4|mapped|v6)-(.*)\.names\.example\.com$/.exec(name) ?? []
  const dotted = address?.replaceAll('-', '.')
  if (kind === 'v4' && dotted) return [dotted]
  if (kind === 'mapped' && dotted) return [`::ffff:${dotted}`]
  if (kind === 'v6' && address) return [address.replaceAll('-', ':')]
  if (name === 'turning.example.com') return count === 0 ? ['127.0.0.2'] : ['127.0.0.1']
  if (name === 'mixed.example.com') return ['127.0.0.2', '127.0.0.1']
  if (name === 'mixed6.example.com') return ['127.0.0.2', '::1']
  if (name === 'allowed.example.com') return ['127.0.0.2']
  return null
}

beforeAll(async () => {
  const listen = async (host: string, at: number): Promise<Server> => {
    const server = createServer((request, response) => {
      const to = new URL(`http://x${request.url}`).searchParams.get('to')
      if (host === '127.0.0.2' && to !== null) response.writeHead(302, { location: to }).end()
      else response.end(host)
    })
    server.on('connection', (socket) => void arrived.push(socket.localAddress ?? host))
    await new Promise<void>((resolve) => server.listen(at, host, resolve))
    canaries.push(server)
    return server
  }
  port = portOf(await listen('127.0.0.1', 0))
  await listen('::1', port)
  await listen('127.0.0.2', port)
  dns = await startDns(answer)
  const log = createLog({ service: 'test', level: 'silent' })
  outbound = createOutbound({
    allow: ['127.0.0.2/32'],
    userAgent: 'Floowe/test',
    resolver: createResolver([dns.server]).resolve,
    log,
  })
})
afterAll(async () => {
  await outbound?.close()
  await dns?.close()
  await Promise.all(
    canaries.map((server) => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))),
  )
})
beforeEach(() => {
  arrived = []
})

async function refusal(url: string, request?: OutboundRequest): Promise<{ code: string; sent: boolean }> {
  try {
    const { status } = await outbound.request(url, { timeoutMs: 5_000, ...request })
    return { code: `status ${status}`, sent: true }
  } catch (error) {
    if (error instanceof OutboundError) return { code: error.code, sent: error.sent }
    return { code: String(error), sent: true }
  }
}
const isRefused = /^(bad|blocked)-address$/

describe('addresses that lead inwards', () => {
  test('the canaries hear a connection, so silence means something', async () => {
    const log = createLog({ service: 'test', level: 'silent' })
    const open = createOutbound({ allow: [`localhost:${port}`, '127.0.0.1/32', '::1/128'], userAgent: 'x', log })
    for (const host of ['127.0.0.1', '[::1]', 'localhost'])
      expect((await open.request(`http://${host}:${port}/`)).status).toBe(200)
    await open.close()
    expect(arrived.length).toBeGreaterThanOrEqual(3)
  })

  test('none of the forms of any private address gets out', async () => {
    const hosts = [
      ...privateV4.flatMap(formsV4),
      ...privateV6
        .flatMap((address) => [
          `[${address}]`,
          `v6-${address.replaceAll(':', '-').replaceAll('.', '-')}.names.example.com`,
        ])
        .filter((host) => !/v6-.*ffff-0-127/.test(host)),
      ...inwardNames,
    ]
    const urls = hosts.flatMap((host, index) => [
      `http://${host}:${port}/`,
      ...(index % 8 === 0 ? [`https://${host}:${port}/a?b#c`, `HTTP://${host}/`] : []),
    ])
    expect(urls.length).toBeGreaterThan(900)
    const passed: string[] = []
    for (const url of urls) {
      const { code, sent } = await refusal(url)
      if (!isRefused.test(code) || sent) passed.push(`${url} → ${code}`)
    }
    expect(passed).toEqual([])
    expect(arrived).toEqual([])
  })

  test('nor do addresses that programs read differently', async () => {
    const urls = [
      `http://example.com@127.0.0.1:${port}/`,
      `http://127.0.0.1:${port}@example.com/`,
      `http://@127.0.0.1:${port}/`,
      `http://:@127.0.0.1:${port}/`,
      `http://example.com:80@127.0.0.1:${port}#@example.com/`,
      `http://127.0.0.1:${port}\\@example.com/`,
      `http:\\\\127.0.0.1:${port}/`,
      `http:/127.0.0.1:${port}/`,
      `http:127.0.0.1:${port}/`,
      `http:///127.0.0.1:${port}/`,
      `//127.0.0.1:${port}/`,
      `127.0.0.1:${port}/`,
      ` http://127.0.0.1:${port}/`,
      `http://127.0.0.1 :${port}/`,
      `ht\ntp://127.0.0.1:${port}/`,
      `http://127.0.0\t.1:${port}/`,
      `http://example.com\r\nHost: 127.0.0.1:${port}/`,
      `http://127.0.0.1%00.example.com:${port}/`,
      `http://127.0.0.1%2f.example.com:${port}/`,
      `http://[::1%25lo]:${port}/`,
      `http://[::1%lo]:${port}/`,
      `http://[::1]]:${port}/`,
      `http://[127.0.0.1]:${port}/`,
      `http://127.0.0.1..:${port}/`,
      'http://',
      'http://:80/',
      'http://.',
      'http://..',
      'http://127.0.0.1:0/',
      'http://127.0.0.1:99999/',
      '',
      'about:blank',
      `ftp://127.0.0.1:${port}/`,
      `file:///etc/passwd`,
      `gopher://127.0.0.1:${port}/_x`,
      `ws://127.0.0.1:${port}/`,
      `data:text/plain,x`,
      'javascript:alert(1)',
      `unix:/var/run/docker.sock:/info`,
      `dict://127.0.0.1:${port}/`,
      `jar:http://127.0.0.1:${port}!/`,
      `blob:http://127.0.0.1:${port}/x`,
      `http://${'a.'.repeat(5000)}example.com/`,
      `http://256.256.256.256:${port}/`,
      `http://127.0.0.1.1:${port}/`,
      `http://0x7f.1:${port}/`,
      `http://127.1:${port}/`,
      `http://127.0.1:${port}/`,
      `http://0:${port}/`,
      `http://00:${port}/`,
      `http://0x:${port}/`,
      `http://4294967295:${port}/`,
      `http://4294967296:${port}/`,
      `http://[0000:0000:0000:0000:0000:0000:0000:0001]:${port}/`,
      `http://[::ffff:7f00:1]:${port}/`,
      `http://xn--localhost-:${port}/`,
      `http://localhost%E3%80%82:${port}/`,
      `http://127%E3%80%820%E3%80%820%E3%80%821:${port}/`,
      `http://[::ffff:0x7f.1]:${port}/`,
      `http://127.0.0.1\u00ad:${port}/`,
      `http://127.0.0.\u200b1:${port}/`,
    ]
    const passed: string[] = []
    for (const url of urls) {
      const { code, sent } = await refusal(url)
      if (!isRefused.test(code) || sent) passed.push(`${JSON.stringify(url)} → ${code}`)
    }
    expect(passed).toEqual([])
    expect(arrived).toEqual([])
  })

  test('a redirect is checked like the first address', async () => {
    const inwards = [
      ...privateV4.map((address) => `http://${address}:${port}/`),
      ...privateV6.slice(0, 12).map((address) => `http://[${address}]:${port}/`),
      `//127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://0x7f000001:${port}/`,
      `http://v4-127-0-0-1.names.example.com:${port}/`,
      'file:///etc/passwd',
      `http://u:p@127.0.0.2:${port}/`,
    ]
    for (const to of inwards) {
      const { code } = await refusal(`http://allowed.example.com:${port}/?to=${encodeURIComponent(to)}`, {
        redirectsMax: 3,
      })
      expect(`${to} ${code}`).toMatch(/(bad|blocked)-address$/)
    }
    expect(new Set(arrived)).toEqual(new Set(['127.0.0.2']))
    expect(arrived).toHaveLength(inwards.length)
  })
})

describe('names', () => {
  test('that change their mind are asked once, and connected where the answer said', async () => {
    const answered = await outbound.request(`http://turning.example.com:${port}/`)
    expect(answered.body.toString()).toBe('127.0.0.2')
    expect(arrived).toEqual(['127.0.0.2'])
    expect(dns.questions.filter((question) => question === 'turning.example.com A')).toHaveLength(1)
    expect(await refusal(`http://turning.example.com:${port}/`)).toEqual({ code: 'blocked-address', sent: false })
    expect(arrived).toEqual(['127.0.0.2'])
  })

  test('with one private address among allowed ones are refused whole', async () => {
    for (const name of ['mixed', 'mixed6']) {
      expect(await refusal(`http://${name}.example.com:${port}/`)).toEqual({ code: 'blocked-address', sent: false })
    }
    expect(arrived).toEqual([])
  })

  test('are checked when a person types them, without a connection', async () => {
    await outbound.checkAddress(`http://allowed.example.com:${port}/`)
    for (const name of ['v4-10-0-0-1.names', 'mixed']) {
      await expect(outbound.checkAddress(`http://${name}.example.com/`)).rejects.toMatchObject({
        code: 'blocked-address',
      })
    }
    await expect(outbound.checkAddress('http://nobody.example.com/')).rejects.toMatchObject({ code: 'not-found' })
    await expect(outbound.checkAddress('nothing')).rejects.toMatchObject({ code: 'bad-address' })
    expect(arrived).toEqual([])
  })
})

describe('the guard', () => {
  test('lets the public internet through', async () => {
    const spread = Array.from(
      { length: 80 },
      (_, index) =>
        `${[5, 23, 34, 52, 77, 93, 104, 151, 185, 213][index % 10]}.${index * 3}.${255 - index}.${index + 1}`,
    )
    const hosts = [...publicV4, ...publicV6.map((address) => `[${address}]`), ...spread]
    expect(hosts.length).toBeGreaterThan(100)
    for (const host of hosts) await expect(outbound.checkAddress(`https://${host}:8443/path`)).resolves.toBeUndefined()
  })

  test('keeps names canonical', () => {
    const guard = createAddressGuard([])
    const seen = (text: string): string => {
      const { host, port: at, url } = guard.target(text)
      return `${host} ${at} ${url.href}`
    }
    expect(seen('HTTPS://Żółw.Example.COM./a#b')).toBe(
      'xn--w-uga1v8h.example.com 443 https://xn--w-uga1v8h.example.com/a',
    )
    expect(seen('http://[2606:4700::1111]:8080/?q')).toBe('2606:4700::1111 8080 http://[2606:4700::1111]:8080/?q')
  })

  test('lets through exactly what the operator names', () => {
    const guard = createAddressGuard(['printer.lan:631', '10.1.0.0/16', '[fd00::5]:80', 'fd11::/32', 'WordPress:8080'])
    const isOpen = (text: string): boolean => {
      try {
        guard.target(text)
        return true
      } catch {
        return false
      }
    }
    const open = [
      'http://printer.lan:631/',
      'http://10.1.255.1:99/',
      'http://[fd00::5]/',
      'http://[fd11::1]:1/',
      'http://wordpress:8080/',
    ]
    const shut = [
      'http://printer.lan/',
      'http://a.printer.lan:631/',
      'http://10.2.0.1/',
      'http://[fd00::5]:81/',
      'http://[fd12::1]/',
      'http://wordpress/',
      'http://[::ffff:10.1.0.1]/',
    ]
    expect(open.filter((text) => !isOpen(text))).toEqual([])
    expect(shut.filter(isOpen)).toEqual([])
    expect(allowMistakes(['a:80', 'nonsense', '10.0.0.0/33', 'http://x:80', '10.0.0.1', 'x:99999'])).toEqual([
      'nonsense',
      '10.0.0.0/33',
      'http://x:80',
      '10.0.0.1',
      'x:99999',
    ])
    expect(() => createAddressGuard(['nonsense'])).toThrow('nonsense')
  })
})

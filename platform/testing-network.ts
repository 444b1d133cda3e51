/** A name server and certificates for tests of what goes out: real packets on loopback. */
import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

export type TestDns = {
  /** `address:port`, as `createResolver` takes it. */
  server: string
  /** Each question that came, as `name type`. */
  questions: string[]
  close: () => Promise<void>
}

/**
 * @param answer addresses of a name; `count` says how often its A record was asked before. Null: no such name;
 * `silent`: no answer at all.
 */
export async function startDns(
  answer: (name: string, count: number) => readonly string[] | null | 'silent',
): Promise<TestDns> {
  const questions: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, { address, port }) => {
    const { name, type, end } = readQuestion(query)
    const count = questions.filter((question) => question === `${name} A`).length
    questions.push(`${name} ${type === 28 ? 'AAAA' : 'A'}`)
    const addresses = answer(name, type === 1 ? count : Math.max(0, count - 1))
    if (addresses === 'silent') return
    const records = (addresses ?? []).filter((entry) => isIP(entry) === (type === 28 ? 6 : 4))
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(addresses === null ? 0x8183 : 0x8180, 2)
    head.writeUInt16BE(records.length, 6)
    head.fill(0, 8, 12)
    socket.send(
      Buffer.concat([head, query.subarray(12, end), ...records.map((record) => resourceRecord(record, type))]),
      port,
      address,
    )
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function resourceRecord(address: string, type: number): Buffer {
  const bytes = type === 28 ? bytes6(address) : Buffer.from(address.split('.').map(Number))
  const head = Buffer.from('c00c00000001000000000000', 'hex')
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(bytes.length, 10)
  return Buffer.concat([head, bytes])
}

function bytes6(address: string): Buffer {
  // The URL parser writes any form, also one with a dotted tail, as groups of hexadecimals.
  const [before = '', behind] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const left = groups(before)
  const right = behind === undefined ? [] : groups(behind)
  const all = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** A certificate signed by itself, valid for names, from 2020 to 2049: an authority of its own for a test server. */
export function makeCertificate(names: readonly string[]): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const item = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts)
    const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff]
    return Buffer.concat([Buffer.from([tag, ...length]), body])
  }
  const text = (tag: number, value: string): Buffer => item(tag, Buffer.from(value, 'latin1'))
  const sequence = (...parts: Uint8Array[]): Buffer => item(0x30, ...parts)
  const object = (hex: string): Buffer => item(0x06, Buffer.from(hex, 'hex'))
  const ecdsaSha256 = sequence(object('2a8648ce3d040302'))
  const commonName = sequence(item(0x31, sequence(object('550403'), text(0x0c, names[0] ?? 'test'))))
  const alternatives = names.map((name) =>
    isIP(name) === 4
      ? item(0x87, Buffer.from(name.split('.').map(Number)))
      : isIP(name) === 6
        ? item(0x87, bytes6(name))
        : text(0x82, name),
  )
  const isTrue = item(0x01, Buffer.from([0xff]))
  const extensions = item(
    0xa3,
    sequence(
      sequence(object('551d11'), item(0x04, sequence(...alternatives))),
      sequence(object('551d13'), isTrue, item(0x04, sequence(isTrue))),
    ),
  )
  const toSign = sequence(
    item(0xa0, item(0x02, Buffer.from([2]))),
    item(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaSha256,
    commonName,
    sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = sign('sha256', toSign, privateKey)
  const der = sequence(toSign, ecdsaSha256, item(0x03, Buffer.from([0]), signature))
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The port of a server that listens. */
export const portOf = (server: { address: () => AddressInfo | string | null }): number => {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen on a port')
  return address.port
}

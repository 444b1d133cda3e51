/**
 * Bluesky's server with a directory of identities beside it: `serve.ts <where it is installed> <folder> <port>`. The directory
 * believes everything; it stands in for https://plc.directory, see https://web.plc.directory/spec/v0.1/did-plc.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

type App = { listen: (port: number, host?: string) => unknown }
/** What is used here of `@atproto/pds`, which is no package of this project. */
type Package = {
  PDS: { create: (config: object, secrets: object) => Promise<{ app: App; start: () => Promise<unknown> }> }
  envToCfg: (env: object) => object
  envToSecrets: (env: object) => object
}
type Operation = {
  rotationKeys: string[]
  verificationMethods: Record<string, string>
  alsoKnownAs: string[]
  services: Record<string, { type: string; endpoint: string }>
}

const [home = '', folder = '', port = ''] = process.argv.slice(2)
const entry = path.join(home, 'node_modules', '@atproto', 'pds', 'dist', 'index.js')
const { PDS, envToCfg, envToSecrets } = (await import(pathToFileURL(entry).href)) as Package // its words for what it is

/** 32 bytes that are a key of secp256k1: nearly all are, these surely. */
const rotationKey = createHash('sha256').update('testbed').digest('hex')
const env = {
  devMode: true,
  hostname: 'localhost',
  port: Number(port),
  dataDirectory: folder,
  blobstoreDiskLocation: path.join(folder, 'blobs'),
  didPlcUrl: `http://127.0.0.1:${await startDirectory()}`,
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  rateLimitsEnabled: false,
  jwtSecret: randomBytes(16).toString('hex'),
  dpopSecret: randomBytes(32).toString('hex'),
  adminPassword: randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: rotationKey,
}
const server = await PDS.create(envToCfg(env), envToSecrets(env))
// It would listen to everybody.
const listen = server.app.listen.bind(server.app)
server.app.listen = (asked) => listen(asked, '127.0.0.1')
await server.start()

/** @returns its port */
async function startDirectory(): Promise<number> {
  const known = new Map<string, Operation>()
  const directory = createServer((request, response) => {
    void answer(request, known).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })
  await new Promise<void>((resolve) => directory.listen(0, '127.0.0.1', resolve))
  return (directory.address() as AddressInfo).port // a TCP server's address is never a string
}

async function answer(request: IncomingMessage, known: Map<string, Operation>) {
  const [did = '', part] = decodeURIComponent(request.url ?? '')
    .slice(1)
    .split('/')
  if (request.method === 'POST') {
    const chunks = (await request.toArray()) as Buffer[] // no encoding is set, so chunks are bytes
    known.set(did, JSON.parse(Buffer.concat(chunks).toString()) as Operation) // the server beside it sends nothing else
    return { status: 200, body: {} }
  }
  const operation = known.get(did)
  if (!operation) return { status: 404, body: { message: `DID not registered: ${did}` } }
  return { status: 200, body: part === 'data' ? { did, ...operation } : documentOf(did, operation) }
}

const documentOf = (did: string, { verificationMethods, alsoKnownAs, services }: Operation): object => ({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: did,
  alsoKnownAs,
  verificationMethod: Object.entries(verificationMethods).map(([name, key]) => ({
    ...{ id: `${did}#${name}`, type: 'Multikey', controller: did },
    publicKeyMultibase: key.replace('did:key:', ''),
  })),
  service: Object.entries(services).map(([name, { type, endpoint }]) => ({
    ...{ id: `#${name}`, type, serviceEndpoint: endpoint },
  })),
})

/**
 * Three ways in which simple schedulers send, under the same faults: so that it is known that the faults bite. No process is killed
 * here; these senders have nothing that would survive it. The webhook is left out: its receiver drops what it has already.
 */
import { createHmac } from 'node:crypto'
import { seeded } from '@floowe/faults/random.ts'
import { type Emulators, openEmulators } from './door.ts'
import type { Place } from './networks.ts'
import { textsOf } from './planning.ts'
import type { Climate } from './schedule.ts'

export type Policy = 'retry three times' | 'give up at once' | 'no answer is success'
export type PolicyTally = {
  policy: Policy
  sent: number
  duplicates: number
  /** It was said to be out, and is not there. */
  lost: number
  /** It was given up; somebody has to look. */
  unresolved: number
}

const policies: readonly Policy[] = ['retry three times', 'give up at once', 'no answer is success']
const retries = 3
const retryPauseMs = 250
/** Below the shortest hang of `schedule.ts`. */
const timeoutMs = 1_500
const atOnce = 24

type Request = { url: string; headers?: Record<string, string>; body: object }
type Sender = (words: string) => Request
type MakeSender = (place: Place) => Promise<Sender> | Sender

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
const fieldsOf = ({ connecting }: Place): Readonly<Record<string, string>> =>
  connecting.by === 'fields' ? connecting.fields : {}

/** As a plain script would make something there: no key, no look at what is there. */
const senders: Readonly<Record<string, MakeSender>> = {
  telegram: (place) => (text) => ({
    url: `${place.url}/bot${fieldsOf(place)['token']}/sendMessage`,
    body: { chat_id: fieldsOf(place)['chat'], text },
  }),
  discord: (place) => (content) => ({ url: `${fieldsOf(place)['url']}?wait=true`, body: { content } }),
  slack: (place) => (text) => ({ url: fieldsOf(place)['url'] ?? '', body: { text } }),
  mastodon: (place) => (status) => ({
    url: `${place.url}/api/v1/statuses`,
    headers: bearer(fieldsOf(place)['token'] ?? ''),
    body: { status },
  }),
  devto: (place) => (title) => ({
    url: `${place.url}/articles`,
    headers: { 'api-key': fieldsOf(place)['token'] ?? '' },
    body: { article: { title, body_markdown: title, published: true } },
  }),
  wordpress: (place) => (title) => {
    const { handle = '', password = '' } = fieldsOf(place)
    return {
      url: `${place.url}/wp-json/wp/v2/posts`,
      headers: { authorization: `Basic ${Buffer.from(`${handle}:${password}`).toString('base64')}` },
      body: { title, content: title, status: 'publish' },
    }
  },
  ghost: (place) => (title) => ({
    url: `${place.url}/ghost/api/admin/posts/?source=html`,
    headers: { authorization: `Ghost ${ghostToken(fieldsOf(place)['token'] ?? '')}` },
    body: { posts: [{ title, html: `<p>${title}</p>`, status: 'published' }] },
  }),
  x: (place) => (text) => ({
    url: `${place.url}/2/tweets`,
    headers: bearer(place.connecting.by === 'consent' ? place.connecting.token : ''),
    body: { text },
  }),
  bluesky: async (place) => {
    const { handle: identifier, password } = fieldsOf(place)
    const session = await fetch(`${place.url}/xrpc/com.atproto.server.createSession`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ identifier, password }),
    })
    const { did, accessJwt } = (await session.json()) as { did: string; accessJwt: string } // as the AT Protocol says
    return (text) => ({
      url: `${place.url}/xrpc/com.atproto.repo.createRecord`,
      headers: bearer(accessJwt),
      body: { repo: did, collection: 'app.bsky.feed.post', record: { text, createdAt: new Date().toISOString() } },
    })
  },
}

function ghostToken(key: string): string {
  const [kid = '', secret = ''] = key.split(':')
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iat: nowSeconds, exp: nowSeconds + 300, aud: '/admin/' }
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')}`
}

export async function runPolicies(climate: Climate, deliveries: number): Promise<PolicyTally[]> {
  const tallies: PolicyTally[] = []
  for (const policy of policies) {
    const emulators = await openEmulators(climate)
    try {
      tallies.push(await runPolicy(policy, emulators, climate.seed, deliveries))
    } finally {
      emulators.stop()
    }
  }
  return tallies
}

async function runPolicy(
  policy: Policy,
  { places, begin, read }: Emulators,
  seed: number,
  deliveries: number,
): Promise<PolicyTally> {
  const networks: { network: string; sender: Sender }[] = []
  for (const [network, make] of Object.entries(senders)) {
    const place = places[network]
    if (place) networks.push({ network, sender: await make(place) })
  }
  await begin()
  const texts = textsOf(seed, Math.ceil(deliveries / networks.length), seeded(seed))
  const jobs = texts.flatMap((text) => networks.map((one) => ({ ...one, text }))).slice(0, deliveries)
  const claimed = new Map<string, boolean>()
  let next = 0
  const lane = async (): Promise<void> => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at]
      if (job) claimed.set(`${job.network} ${job.text.token}`, await send(policy, job.sender(job.text.title)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const counts = new Map<string, number>()
  for (const { network, word, kind } of (await read()).effects)
    if (kind === 'created') counts.set(`${network} ${word}`, (counts.get(`${network} ${word}`) ?? 0) + 1)
  const tally: PolicyTally = { policy, sent: jobs.length, duplicates: 0, lost: 0, unresolved: 0 }
  for (const [key, isClaimed] of claimed) {
    const count = counts.get(key) ?? 0
    tally.duplicates += Math.max(0, count - 1)
    if (isClaimed && count === 0) tally.lost += 1
    if (!isClaimed) tally.unresolved += 1
  }
  return tally
}

/** A cut connection and a time-out look the same to who takes no answer for a yes. @returns whether it is said to be out */
async function send(policy: Policy, request: Request): Promise<boolean> {
  const attempts = policy === 'retry three times' ? 1 + retries : 1
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const outcome = await asked(request)
    if (outcome === 'good') return true
    if (policy === 'no answer is success' && outcome === 'no answer') return true
    await new Promise((resolve) => setTimeout(resolve, retryPauseMs))
  }
  return false
}

/** Good is a 2xx whose body is what such a request is answered with: JSON, or Slack's `ok`. */
async function asked({ url, headers, body }: Request): Promise<'good' | 'bad' | 'no answer'> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'a-simple-scheduler', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await answer.text()
    return answer.ok && /^(?:\s*[[{]|ok$)/.test(text) ? 'good' : 'bad'
  } catch {
    return 'no answer'
  }
}

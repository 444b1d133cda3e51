/** A whole cluster of processes and servers: what only shows when there are several of each. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { missingPrograms } from '@floowe/testbed/all-programs'
import { type Cluster, startCluster } from '@floowe/testbed/cluster/cluster'
import { type HeadlessEditor, openHeadlessEditor } from '@floowe/testbed/headless-editor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { startCollector } from './testing-traces.ts'

const missing = missingPrograms()
if (missing.length > 0)
  console.warn(`the cluster is not tested: ${missing.join(', ')} not here (npm run testbed -- install)`)
if (missing.length > 0 && process.env['CI']) throw new Error(`CI tests the cluster: ${missing.join(', ')} missing`)

let cluster: Cluster
let folder: string
let cookie = ''
let collector: Awaited<ReturnType<typeof startCollector>>

type Answer = { status: number; body: any; headers: Headers } // bodies of any operation
async function ask(
  method: string,
  target: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`${cluster.url}${target}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie === '' ? {} : { cookie, origin: cluster.url }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text,
  }
}
const bodyOf = (text: string) => ({ type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] })

/** Follows the live series as the browser does: resumes where it stopped, with whichever gateway answers. */
function followLive(): {
  seqs: number[]
  articles: Set<string>
  gaps: number
  reconnects: number
  stop: () => void
} {
  const state = {
    seqs: [] as number[],
    articles: new Set<string>(),
    gaps: 0,
    reconnects: 0,
    stop: () => undefined as void,
  }
  let isStopped = false
  let socket: WebSocket | null = null
  const connect = (): void => {
    const after = state.seqs.at(-1)
    socket = new WebSocket(
      `${cluster.url.replace('http', 'ws')}/api/v1/live?workspace=ada${after === undefined ? '' : `&after=${after}`}`,
      { headers: { cookie, origin: cluster.url } } as never, // node's own WebSocket takes headers
    )
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as {
        seq: number
        gap?: boolean
        name?: string
        data?: { articleId?: string }
      }
      if (message.data?.articleId) state.articles.add(message.data.articleId)
      if (message.gap) state.gaps += 1
      // The greeting names the number at which it begins, no event.
      else if (message.name !== 'live.ready' || state.seqs.length === 0) state.seqs.push(message.seq)
    })
    socket.addEventListener('close', () => {
      if (isStopped) return
      state.reconnects += 1
      setTimeout(connect, 50)
    })
    socket.addEventListener('error', () => undefined)
  }
  connect()
  state.stop = () => {
    isStopped = true
    socket?.close()
  }
  return state
}

describe.skipIf(missing.length > 0)('a cluster', () => {
  beforeAll(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'floowe-cluster-')), 'data')
    collector = await startCollector()
    cluster = await startCluster({
      folder,
      hasDemo: false,
      variables: {
        FLOOWE_OTLP_URL: collector.url,
        FLOOWE_REQUESTS_PER_MINUTE: '1000000',
        FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
        FLOOWE_SENSITIVE_PER_MINUTE: '10000',
        FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
      },
    })
    const made = await ask('POST', '/api/v1/setup', {
      code: cluster.setupCode,
      owner: { name: 'Ada', email: 'ada@example.com', password: 'a long enough password', locale: 'en' },
      workspace: { name: 'Ada', slug: 'ada', language: 'en', zone: 'Europe/Warsaw' },
    })
    expect(made.status).toBe(200)
    cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(cookie).toContain('floowe-')
  }, 180_000)
  afterAll(async () => {
    await cluster?.stop()
    await collector.stop()
    await rm(path.dirname(folder), { recursive: true, force: true })
  }, 60_000)

  test('both gateways hear that a session ended, within a second', async () => {
    const signedIn = await ask(
      'POST',
      '/api/v1/session',
      { email: 'ada@example.com', password: 'a long enough password' },
      { cookie: '' },
    )
    const other = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const gateways = cluster.processes.filter(({ name }) => name.startsWith('gateway'))
    const statusAt = async (port: number): Promise<number> =>
      (
        await fetch(`http://127.0.0.1:${port}/api/v1/me`, {
          headers: { cookie: other, host: new URL(cluster.url).host },
        })
      ).status
    for (const { port } of gateways) expect(await statusAt(port)).toBe(200)
    const ended = await fetch(`${cluster.url}/api/v1/session`, {
      method: 'DELETE',
      headers: { cookie: other, origin: cluster.url },
    })
    expect(ended.status).toBeLessThan(300)
    for (const { port } of gateways) await expect.poll(() => statusAt(port), { timeout: 1_000 }).toBe(401)
  })

  test('a port of a service that lies open shows nothing but its health', async () => {
    for (const { port, name } of cluster.processes.filter((one) => !one.name.startsWith('gateway'))) {
      const at = `http://127.0.0.1:${port}`
      expect((await fetch(`${at}/healthz`)).status, name).toBe(200)
      expect((await fetch(`${at}/inner/identity/rpc/publicKeys`, { method: 'POST' })).status, name).toBe(404)
      expect((await fetch(`${at}/site/ada/`)).status, name).toBe(404)
      const metrics = await (await fetch(`${at}/metrics`)).text()
      expect(metrics, name).toContain('floowe_operation_seconds')
      expect(metrics, name).toContain('floowe_http_requests_total')
      expect(metrics, name).toMatch(/floowe_queue_waiting\{queue="\w+\.outbox",state="waiting"\}/)
      expect(metrics, name).toContain('floowe_bus_connected 1')
    }
  })

  test('what was published is on the site at once, also with Redis emptied', async () => {
    const { body: channels, status } = await ask('GET', '/api/v1/channels')
    expect(status).toBe(200)
    const site = channels.find((channel: { network: string }) => channel.network === 'floowe-site')
    const { body: made } = await ask('POST', '/api/v1/articles', {
      language: 'en',
      title: 'Turn 0',
      slug: 'turns',
      body: bodyOf('0'),
    })
    let { id, revision } = made.edition as { id: string; revision: number }
    const redis = cluster.servers.own.get('redis')
    let stale = 0
    for (let turn = 1; turn <= 20; turn++) {
      const saved = await ask('PUT', `/api/v1/editions/${id}`, {
        basedOn: revision,
        title: `Turn ${turn}`,
        lead: '',
        slug: 'turns',
        body: bodyOf(String(turn)),
      })
      expect(saved.status).toBe(200)
      revision = saved.body.revision as number
      const planned = await ask('POST', '/api/v1/deliveries', {
        editionId: id,
        channelId: site.id,
        when: { now: true },
      })
      expect(planned.status).toBe(201)
      if (turn % 5 === 0) await redis?.restart()
      // Acknowledged as published: from here on nobody may be shown the text before.
      await expect
        .poll(async () => (await ask('GET', `/api/v1/deliveries/${planned.body.id}`)).body.state, { timeout: 20_000 })
        .toBe('published')
      const reads = await Promise.all(
        Array.from({ length: 8 }, () => ask('GET', '/api/content/v1/ada/articles/turns', undefined, { cookie: '' })),
      )
      stale += reads.filter(({ body }) => body.title !== `Turn ${turn}`).length
    }
    expect(stale).toBe(0)
  }, 120_000)

  test('a request over two services and its event over three is one trace', async () => {
    const { body } = await ask('POST', '/api/v1/articles', { language: 'en', title: 'Traced', body: bodyOf('first') })
    const saved = await ask('PUT', `/api/v1/editions/${body.edition.id}`, {
      basedOn: body.edition.revision,
      title: 'Traced',
      lead: '',
      body: bodyOf('second'),
    })
    expect(saved.status).toBe(200)
    const traceId = (saved.headers.get('x-request-id') ?? '').replaceAll('-', '')
    const seen = () => collector.spansOf(traceId).map(({ name, service }) => `${service}: ${name}`)
    const expected = [
      'gateway: PUT /api/v1/editions/:id',
      'content: content.saveEdition',
      'identity: content.edition-saved at identity',
      'gateway: content.edition-saved at gateway',
      'content: content.edition-saved at content',
      'publishing: content.edition-saved at publishing',
    ]
    await expect.poll(() => expected.filter((one) => !seen().includes(one)), { timeout: 20_000 }).toEqual([])
    const spans = collector.spansOf(traceId)
    const ids = new Set(spans.map(({ spanId }) => spanId))
    expect(spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))).toEqual([])
  })

  test('writing together goes on while content and gateways are restarted and killed, and no letter is lost', async () => {
    const { body: made } = await ask('POST', '/api/v1/articles', {
      language: 'en',
      title: 'Together',
      body: bodyOf('river'),
    })
    const { id } = made.edition as { id: string }
    const acknowledged = new Map<number, number>()
    const editors = Array.from({ length: 3 }, () =>
      openHeadlessEditor({
        url: cluster.url,
        workspace: 'ada',
        editionId: id,
        headers: { cookie, origin: cluster.url },
        onAcknowledged: (update) => {
          for (const struct of Y.decodeUpdate(update).structs)
            acknowledged.set(
              struct.id.client,
              Math.max(acknowledged.get(struct.id.client) ?? 0, struct.id.clock + struct.length),
            )
        },
      }),
    )
    await expect.poll(() => editors.every((editor) => editor.isFollowing())).toBe(true)
    let isOver = false
    const typing = editors.map(async (editor, index) => {
      for (let count = 0; !isOver; count++) {
        editor.text(0)?.insert(count % 5, String(index))
        await pause(25)
      }
    })
    const named = (name: string) => cluster.processes.filter((one) => one.name.startsWith(name))
    for (const one of [...named('content'), ...named('gateway')]) await one.restart()
    for (const one of [...named('content'), ...named('gateway')]) {
      one.signal('SIGKILL')
      await pause(500)
      await one.ready()
    }
    isOver = true
    await Promise.all(typing)
    await expect.poll(() => editors.every((editor) => editor.isSettled()), { timeout: 20_000 }).toBe(true)
    const bytesOf = ({ doc }: HeadlessEditor): string => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')
    await expect.poll(() => new Set(editors.map(bytesOf)).size, { timeout: 20_000 }).toBe(1)
    const [first] = editors
    for (const [client, clock] of acknowledged)
      expect(first && Y.getState(first.doc.store, client)).toBeGreaterThanOrEqual(clock)
    const { body: edition } = await ask('GET', `/api/v1/editions/${id}`)
    expect(edition.body.content[0].content[0].text).toBe(first?.text(0)?.toString())
    expect(editors.every((editor) => editor.connections() > 1)).toBe(true)
    for (const editor of editors) editor.close()
  }, 120_000)

  test('a rolling restart of every process under load refuses nobody, and live events have no gap and no repeat', async () => {
    const live = followLive()
    await expect.poll(() => live.seqs.length).toBeGreaterThan(0)
    const failures: string[] = []
    let answered = 0
    let isOver = false
    const until = async (work: () => Promise<Answer>, name: string): Promise<void> => {
      while (!isOver) {
        try {
          const { status, body } = await work()
          if (status >= 400) failures.push(`${name}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
          else answered += 1
        } catch (error) {
          failures.push(`${name}: ${String(error)} ${String((error as Error).cause ?? '')}`)
        }
        await pause(20)
      }
    }
    const writer = async (n: number): Promise<void> => {
      const { body } = await ask('POST', '/api/v1/articles', {
        language: 'en',
        title: `Writer ${n}`,
        body: bodyOf('first'),
      })
      let { id, revision } = body.edition as { id: string; revision: number }
      await until(async () => {
        const saved = await ask('PUT', `/api/v1/editions/${id}`, {
          basedOn: revision,
          title: `Writer ${n}`,
          lead: '',
          body: bodyOf(`after ${revision}`),
        })
        if (saved.status === 200) revision = saved.body.revision as number
        return saved
      }, 'save')
    }
    const load = [
      writer(1),
      writer(2),
      until(() => ask('GET', '/api/v1/articles?limit=5'), 'list'),
      until(() => ask('GET', '/api/v1/me'), 'me'),
      until(() => ask('GET', '/api/v1/deliveries?limit=5'), 'deliveries'),
      until(() => ask('GET', '/site/ada/', undefined, { cookie: '' }), 'site'),
      until(() => ask('GET', '/api/content/v1/ada/articles?limit=5', undefined, { cookie: '' }), 'content API'),
    ]
    for (const one of cluster.processes) await one.restart()
    isOver = true
    await Promise.all(load)
    expect(failures).toEqual([])
    expect(answered).toBeGreaterThan(100)
    // The last event comes too; then the series is whole.
    const { body: last } = await ask('POST', '/api/v1/articles', {
      language: 'en',
      title: 'The last',
      body: bodyOf('last'),
    })
    await expect.poll(() => live.articles.has(last.article.id), { timeout: 10_000 }).toBe(true)
    live.stop()
    expect(live.reconnects).toBeGreaterThan(0)
    expect(live.gaps).toBe(0)
    const [first = 0] = live.seqs
    expect(live.seqs).toEqual(live.seqs.map((_seq, index) => first + index))
  }, 300_000)
})

/** The content API beside Fastify and `pg` running the same statements, and, where the answer is kept, beside the same bytes from memory. */
import { hash } from 'node:crypto'
import { type Bare, startBare } from '../bare.ts'
import { pinSelf, type Started, startFloowe } from '../floowe.ts'
import { seededFacts } from '../hosts/facts.ts'
import { inRounds, type Load, ratios, type Side } from '../load.ts'
import { figure, type Figure, type Suite } from '../suite.ts'

const sizes = [200, 20_000]
const uncachedRequests = 3_000
const cachedRequests = 8_000
const connections = 10

const api = '/api/content/v1/bench'

export const suite: Suite = {
  about:
    'newest 10 of 200 and 20,000 articles (5 kB each, with total) and one by slug: CPU of the whole server, database included',
  run: async ({ rounds, tell }) => {
    pinSelf()
    const figures: Figure[] = []
    for (const count of sizes) {
      tell(`${count} articles: seeding`)
      const floowe = await startFloowe({
        main: 'bench/hosts/seeded-site.ts',
        variables: { BENCH_COUNT: String(count) },
      })
      try {
        figures.push(...(await measured(floowe, count, rounds, tell)))
      } finally {
        await floowe.stop()
      }
    }
    return figures
  },
}

async function measured(
  floowe: Started,
  count: number,
  rounds: number,
  tell: (line: string) => void,
): Promise<Figure[]> {
  const seeded = await seededFacts(floowe)
  const sample = await fetch(`${floowe.url}${api}/articles?language=en`, { headers: { 'accept-encoding': 'identity' } })
  const firstUrl = String(((await sample.json()) as { items: { url: string }[] }).items[0]?.url)
  const bare = await startBare(floowe, {
    ...seeded,
    headers: sharedHeaders(sample),
    base: firstUrl.slice(0, firstUrl.lastIndexOf('/') + 1),
  })
  const of = count.toLocaleString('en')
  const figures: Figure[] = []
  try {
    const listPath = (n: number) =>
      `/articles?${spelled(n, 'language')}=en&${spelled(n >> 8, 'limit')}=10&${spelled(n >> 13, 'offset')}=0`
    const slugPath = (n: number) =>
      `/articles/article-${1 + (n % count)}?${spelled(Math.floor(n / count), 'language')}=en`
    for (const [name, path] of [
      [`newest 10 of ${of}`, listPath],
      [`one by slug of ${of}`, slugPath],
    ] as const) {
      const wanted = await sameAnswers(floowe, bare, path)
      let turn = 0
      const work = (url: string, pathOf: (n: number) => string, requests: number) => (): Load => {
        const first = turn
        turn += requests
        return {
          url,
          count: requests,
          connections,
          ask: (n) => ({ path: pathOf(first + n) }),
          check: ({ status, body }, n) => expectBody(wanted, path(first + n), status, body),
        }
      }
      const uncached = await inRounds(rounds, {
        floowe: { tree: floowe.tree, work: work(floowe.url, (n) => `${api}${path(n)}`, uncachedRequests) },
        bare: { tree: bare.tree, work: work(bare.url, (n) => `${api}${path(n)}`, uncachedRequests) },
      } satisfies Record<string, Side>)
      const hot = path(0)
      const kept =
        (url: string, prefix: string): (() => Load) =>
        () => ({
          url,
          count: cachedRequests,
          connections,
          ask: () => ({ path: `${prefix}${api}${hot}` }),
          check: ({ status, body }) => expectBody(wanted, hot, status, body),
        })
      const cached = await inRounds(rounds, {
        floowe: { tree: floowe.tree, work: kept(floowe.url, '') },
        memory: { tree: bare.tree, work: kept(bare.url, '/memory') },
      })
      figures.push(
        figure(`${name}, address new each time (not kept): CPU`, 'µs', uncached.floowe.answered),
        figure(`${name}, bare Fastify + pg: CPU`, 'µs', uncached.bare.answered),
        figure(
          `${name}, not kept: Floowe / bare Fastify + pg`,
          '×',
          ratios(uncached.floowe.answered, uncached.bare.answered),
          { atMost: 1.4 },
        ),
        figure(`${name}, kept: CPU`, 'µs', cached.floowe.answered),
        figure(`${name}, Fastify with the same bytes in memory: CPU`, 'µs', cached.memory.answered),
        figure(
          `${name}, kept: Floowe / same bytes from memory`,
          '×',
          ratios(cached.floowe.answered, cached.memory.answered),
          { atMost: 1.5 },
        ),
      )
      tell(`${name} done`)
    }
    figures.push(
      figure(`stale answers in ${seeded.reads} reads after an acknowledged publish, of ${of}`, '', seeded.stale, {
        atMost: 0,
      }),
    )
  } finally {
    await bare.stop()
  }
  return figures
}

/**
 * The same parameter with some of its letters percent-encoded: another address each time, the same question. So no kept answer
 * and no answer under way is used.
 */
function spelled(n: number, name: string): string {
  return [...name]
    .map((letter, place) => ((n >> place) & 1 ? `%${letter.charCodeAt(0).toString(16)}` : letter))
    .join('')
}

/** What Floowe's answers carry besides their body, so that the peer sends as much. */
function sharedHeaders(answer: Response): Record<string, string> {
  const own = new Set(['etag', 'date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'])
  return Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name)))
}

type Wanted = Map<string, string>
const hashOf = (body: Uint8Array): string => hash('sha1', body, 'base64url')
/** Both must answer with the same bytes. The hash of each article's answer is learnt as it comes, from either side. */
async function sameAnswers(floowe: Started, bare: Bare, path: (n: number) => string): Promise<Wanted> {
  const wanted: Wanted = new Map()
  for (let n = 0; n < 20; n++) {
    const [ours, theirs] = await Promise.all(
      [floowe.url, bare.url].map(
        async (url) => new Uint8Array(await (await fetch(`${url}${api}${path(n)}`)).arrayBuffer()),
      ),
    )
    if (!ours || !theirs || hashOf(ours) !== hashOf(theirs))
      throw new Error(
        `${path(n)}: the answers differ:\n${Buffer.from(ours ?? []).subarray(-300)}\n${Buffer.from(theirs ?? []).subarray(-300)}`,
      )
    wanted.set(placeOf(path(n)), hashOf(ours))
  }
  return wanted
}
const placeOf = (path: string): string => path.slice(0, path.indexOf('?'))

function expectBody(wanted: Wanted, path: string, status: number, body: Buffer): void {
  const place = placeOf(path)
  const found = hashOf(body)
  const known = wanted.get(place)
  if (known === undefined) wanted.set(place, found)
  if (status !== 200 || (known !== undefined && known !== found))
    throw new Error(`${path} answered ${status} with another body: ${body.subarray(0, 200)}`)
}

/** Saving a text of 5 kB as a new version with its outbox row, beside a bare transaction of the same rows over HTTP. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { startBare } from '../bare.ts'
import { articleBody } from '../data.ts'
import { clientOf, pinSelf, startFloowe } from '../floowe.ts'
import { seededFacts } from '../hosts/facts.ts'
import { inRounds, type Load, ratios } from '../load.ts'
import { figure, type Suite } from '../suite.ts'

const editionsEach = 4
const savesEach = 100
const connections = 4

type Edition = { id: string; slug: string; revision: number }

export const suite: Suite = {
  about:
    'PUT /editions/{id} with 5 kB, 4 at once: CPU of the whole server; what a save sets off (search index, news to other services) counts as far as it runs meanwhile, and in the last figure whole',
  run: async ({ rounds, tell }) => {
    pinSelf()
    const floowe = await startFloowe({ main: 'bench/hosts/seeded-site.ts', variables: { BENCH_COUNT: '0' } })
    try {
      const seeded = await seededFacts(floowe)
      const credential = (await readFile(path.join(floowe.folder, 'local-credential'), 'utf8')).trim()
      const ask = clientOf(floowe.url, credential)
      const bare = await startBare(floowe, { ...seeded, headers: {}, base: '' })
      try {
        const made = async (name: string): Promise<Edition[]> => {
          const all: Edition[] = []
          for (let n = 0; n < editionsEach; n++)
            all.push(
              (
                await ask('POST', '/articles', {
                  language: 'en',
                  title: `${name} ${n}`,
                  slug: `${name}-${n}`,
                  body: articleBody(n, 5_000),
                })
              ).edition,
            )
          return all
        }
        const [ours, theirs] = [await made('floowe'), await made('bare')]
        const work =
          (url: string, editions: readonly Edition[]) =>
          (round: number): Load =>
            saving(url, credential, editions, round)
        const costs = await inRounds(rounds, {
          floowe: { tree: floowe.tree, work: work(floowe.url, ours) },
          bare: { tree: bare.tree, work: work(bare.url, theirs) },
        })
        // What was answered is there, on both sides.
        for (const edition of [...ours, ...theirs]) {
          const { total } = await ask('GET', `/editions/${edition.id}/versions?limit=1`)
          if (total !== edition.revision)
            throw new Error(`${edition.slug}: ${total} versions, ${edition.revision} were acknowledged`)
        }
        tell(`${ours[0]?.revision} versions of each text`)
        return [
          figure('save of 5 kB, up to the last answer: CPU', 'µs', costs.floowe.answered),
          figure('bare Fastify + pg, the same rows: CPU', 'µs', costs.bare.answered),
          figure(
            'Floowe / bare transaction, up to the last answer',
            '×',
            ratios(costs.floowe.answered, costs.bare.answered),
            { atMost: 2 },
          ),
          figure(
            'the same, with search index and news all done',
            '×',
            ratios(costs.floowe.settled, costs.bare.settled),
          ),
        ]
      } finally {
        await bare.stop()
      }
    } finally {
      await floowe.stop()
    }
  },
}

/** Each connection saves a text of its own, on the revision it was told last. */
function saving(url: string, credential: string, editions: readonly Edition[], round: number): Load {
  const free = [...editions]
  const taken = new Map<number, Edition>()
  return {
    url,
    count: savesEach * editions.length,
    connections,
    ask: (n) => {
      const edition = free.shift()
      if (!edition) throw new Error('more connections than texts')
      taken.set(n, edition)
      const body = JSON.stringify({
        basedOn: edition.revision,
        title: `Saved ${round} ${n}`,
        lead: 'A lead.',
        slug: edition.slug,
        body: articleBody(round * 10_000 + n, 5_000),
        reason: 'saved',
      })
      return {
        method: 'PUT',
        path: `/api/v1/editions/${edition.id}`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
        body,
      }
    },
    check: ({ status, body }, n) => {
      const edition = taken.get(n)
      const saved = status === 200 ? (JSON.parse(body.toString()) as { revision: number; title: string }) : null // the operation's answer
      if (!edition || saved?.revision !== edition.revision + 1 || saved.title !== `Saved ${round} ${n}`)
        throw new Error(`a save answered ${status}: ${body.subarray(0, 300)}`)
      edition.revision = saved.revision
      free.push(edition)
    },
  }
}

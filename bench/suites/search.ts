/** Search over 20,000 articles as an editor asks it, over REST. The articles come by import. */
import { zipSync } from 'fflate'
import { articleText } from '../data.ts'
import { type Ask, pinSelf, setUp, startFloowe } from '../floowe.ts'
import { quantile, round } from '../measure.ts'
import { figure, type Suite } from '../suite.ts'

const articles = 20_000
const articlesAnArchive = 2_000
const questions = 200
const fillMsMax = 1_800_000

export const suite: Suite = {
  about: '200 questions over 20,000 articles of 5 kB: one word, two words, and names that few hold',
  run: async ({ rounds, tell }) => {
    pinSelf()
    const floowe = await startFloowe()
    try {
      const ask = await setUp(floowe)
      await fill(ask, tell)
      const [p50s, p99s]: [number[], number[]] = [[], []]
      for (let turn = -1; turn < rounds; turn++) {
        const times: number[] = []
        for (let n = 0; n < questions; n++) {
          const { query, mark } = questionOf(n, turn)
          const begunMs = performance.now()
          const { items, total } = await ask('GET', `/search?limit=20&query=${encodeURIComponent(query)}`)
          times.push(performance.now() - begunMs)
          if (mark === null ? total === 0 : !items.some((hit: { title: string }) => hit.title.includes(mark)))
            throw new Error(`“${query}” found ${total}, not what it should`)
        }
        // The first turn warms up.
        if (turn < 0) continue
        p50s.push(round(quantile(times, 0.5)))
        p99s.push(round(quantile(times, 0.99)))
        tell(`round ${turn + 1}: p50 ${p50s.at(-1)} ms, p99 ${p99s.at(-1)} ms`)
      }
      return [
        figure('search over 20,000 articles, p50', 'ms', p50s, { atMost: 20 }),
        figure('search over 20,000 articles, p99', 'ms', p99s),
      ]
    } finally {
      await floowe.stop()
    }
  },
}

/** A name of letters that one article alone holds. */
const markOf = (n: number): string => `Zq${[...String(n)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('')}va`

/** By turns a single word (most articles hold it), two words, and a name that stands in one title, with a word. */
function questionOf(n: number, turn: number): { query: string; mark: string | null } {
  const words = articleText(n + 90_000 + turn * questions, 60)
    .replace(/[^A-Za-z ]/g, '')
    .split(' ')
  if (n % 3 === 0) return { query: words[0] ?? 'river', mark: null }
  if (n % 3 === 1) return { query: `${words[0]} ${words[1]}`, mark: null }
  const mark = markOf((n * 97 + (turn + 1) * 31) % articles)
  return { query: mark, mark }
}

async function fill(ask: Ask, tell: (line: string) => void): Promise<void> {
  const untilMs = performance.now() + fillMsMax
  for (let from = 0; from < articles; from += articlesAnArchive) {
    const files: Record<string, Uint8Array> = {}
    for (let n = from; n < from + articlesAnArchive; n++)
      files[`article-${n}.md`] = new TextEncoder().encode(
        `---\ntitle: Article ${n} of ${markOf(n)}\n---\n\n${articleText(n, 5_000)}\n`,
      )
    const form = new FormData()
    form.append('file', new File([new Uint8Array(zipSync(files, { level: 1 }))], `archive-${from}.zip`))
    const { id } = await ask('POST', '/imports', form)
    while ((await ask('GET', `/imports/${id}`)).state !== 'done') {
      if (performance.now() > untilMs) throw new Error('the articles are not in yet')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    tell(`${from + articlesAnArchive} articles`)
  }
  // The index follows the text; the last ones must be found.
  for (;;) {
    const found = await Promise.all(
      [0, articles - articlesAnArchive, articles - 1].map((n) => ask('GET', `/search?query=${markOf(n)}`)),
    )
    const common = await ask('GET', '/search?query=article&limit=1')
    if (found.every(({ total }) => total >= 1) && common.total >= 1) return
    if (performance.now() > untilMs) throw new Error('the index did not follow')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/**
 * Floowe with so many articles on its public site, put there by the operation that publishing uses. Says on one line where the
 * database is and how many answers were stale: each time a new snapshot was acknowledged, the list and the article were read.
 */
import { startInstallation } from '@floowe/launch'
import { articleText } from '../data.ts'

const count = Number(process.env['BENCH_COUNT'] ?? 200)
const publications = 200
const atOnce = 8

const installation = await startInstallation({ variables: process.env, say: () => undefined })
process.once('SIGTERM', () => void installation.stop().then(() => process.exit(0)))
const { composed, ground, url, setupCode } = installation

const setup = await fetch(`${url}/api/v1/setup`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    code: setupCode,
    owner: { name: 'Bench', email: 'bench@example.com', password: 'a long enough password', locale: 'en' },
    workspace: { name: 'Bench', slug: 'bench', language: 'en', zone: 'UTC' },
  }),
})
if (!setup.ok) throw new Error(`setup answered ${setup.status}: ${await setup.text()}`)
const { workspaces } = (await setup.json()) as { workspaces: { id: string }[] } // the contract's Me
const workspaceId = workspaces[0]?.id ?? ''
const as = { workspaceId }

const idOf = (kind: number, number: number): string =>
  `0190cccc-0000-7${String(kind).padStart(3, '0')}-8000-${String(number).padStart(12, '0')}`
let sequence = 0
async function put(number: number, title: string): Promise<void> {
  sequence += 1
  const text = articleText(number, 5_000)
  const content = {
    articleId: idOf(1, number),
    editionId: idOf(2, number),
    versionId: idOf(3, number),
    type: 'article',
    language: 'en',
    slug: `article-${number}`,
    title,
    lead: `Lead ${number}.`,
    html: text
      .split('\n\n')
      .map((paragraph) => `<p>${paragraph}</p>`)
      .join('\n'),
    text,
    words: 900,
    readingMinutes: 4,
    meta: { title: '', description: '', canonicalUrl: null, keyphrase: '', isHidden: false },
    authors: [],
    tags: [],
    categories: [],
    cover: null,
    permalinks: [],
  }
  const publishedAt = new Date(Date.UTC(2025, 0, 1) + number * 60_000).toISOString()
  const input = {
    deliveryId: idOf(4, sequence),
    sequence,
    snapshotId: idOf(5, sequence),
    hash: `hash-${number}-${sequence}`,
    content,
    publishedAt,
  }
  await composed.calls.site.putSnapshot(input as unknown as Parameters<typeof composed.calls.site.putSnapshot>[0], as) // ids are branded strings
}

for (let from = 1; from <= count; from += atOnce) {
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count - from + 1) }, (_, index) =>
      put(from + index, `Article ${from + index}`),
    ),
  )
}
await composed.idle()

const read = async (path: string): Promise<string> => (await fetch(`${url}/api/content/v1/bench${path}`)).text()
let stale = 0
for (let turn = 1; count > 0 && turn <= publications; turn++) {
  // Readers keep the old answers ready until the moment of the change.
  await Promise.all([read('/articles'), read(`/articles/article-${count}`)])
  await put(count, `Article ${count} edition ${turn}`)
  const answers = await Promise.all([read('/articles'), read(`/articles/article-${count}`)])
  stale += answers.filter((answer) => !answer.includes(`"Article ${count} edition ${turn}"`)).length
}
await composed.idle()
await ground.jobs.idle()
console.log(`seeded ${JSON.stringify({ workspaceId, database: ground.admin, stale, reads: publications * 2 })}`)

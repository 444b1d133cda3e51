/**
 * Every operation of the front door with requests at random: no answer is a bug's (5xx), every refusal has a code with words
 * in both languages, every answer has the form that its contract declares.
 *
 * FLOOWE_FUZZ_SEED repeats a run, FLOOWE_FUZZ_REQUESTS makes it longer.
 */
import { contracts } from '@floowe/contracts/index'
import { refusalWords } from '@floowe/contracts/refusal-words'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ask, setUp, startTestInstallation, type TestInstallation } from './testing.ts'
import { type Documented, operationsOf, type Request, requestsFor } from './testing-requests.ts'

const seed = Number(process.env['FLOOWE_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const requests = Number(process.env['FLOOWE_FUZZ_REQUESTS'] ?? 1000)

/** Would end what the others need. */
const leftOut = new Set(['identity.removeWorkspace'])

let world: TestInstallation
let owner: Ask
let operations: Documented[]
const known: Record<string, string> = {}

beforeAll(async () => {
  world = await startTestInstallation()
  const { cookie, me } = await setUp(world)
  const person = world.as({ cookie, origin: world.url })
  const { secret } = (await person('POST', '/keys', { body: { name: 'all', permissions: me.permissions } })).body
  owner = world.as({ authorization: `Bearer ${secret}` })
  const must = async (target: string, body: unknown): Promise<any> => (await person('POST', target, { body })).body // any operation's answer
  const text = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Tekst' }] }] }
  const { article, edition } = await must('/articles', { language: 'pl', title: 'Pierwszy', body: text, tags: ['a'] })
  const [channel] = (await person('GET', '/channels')).body
  const template = await must('/templates', { name: 'T', language: 'pl' })
  const wallTime = '2031-01-01T09:00'
  const delivery = await must('/deliveries', {
    editionId: edition.id,
    channelId: channel.id,
    when: { wallTime, zone: 'Europe/Warsaw' },
  })
  Object.assign(known, {
    ArticleId: article.id,
    EditionId: edition.id,
    VersionId: edition.versionId,
    TermId: article.tags[0].id,
    TemplateId: template.id,
    ChannelId: channel.id,
    DeliveryId: delivery.id,
    UserId: me.person.id,
  })
  operations = operationsOf((await person('GET', '/openapi.json')).body).filter(({ id }) => !leftOut.has(id))
}, 60_000)
afterAll(() => world.stop())

type Output = { '~standard': { validate: (value: unknown) => unknown } }
const outputOf = (id: string): Output | undefined => {
  const [service = '', name = ''] = id.split('.')
  const group = (contracts as Record<string, Record<string, { '~orpc': { outputSchema?: Output } }>>)[service]
  return group?.[name]?.['~orpc'].outputSchema
}

/** What is wrong with an answer, or null. */
async function fault(operation: Documented, status: number, body: any): Promise<string | null> {
  // any operation's answer
  if (status >= 500 && !(status === 503 && body?.code === 'unavailable')) return 'a bug'
  if (status >= 400) {
    if (refusalWords[body?.code] === undefined) return 'a refusal without words'
    return body.status === status && typeof body.message === 'string' && body.message !== ''
      ? null
      : 'no form of a refusal'
  }
  if (!operation.statuses.includes(status)) return 'a status that is not declared'
  const checked = (await outputOf(operation.id)?.['~standard'].validate(body)) as { issues?: unknown } | undefined
  return checked?.issues ? `not of its form: ${JSON.stringify(checked.issues)}` : null
}

const described = ({ target, body }: Request, answer: unknown): string =>
  [target, typeof body === 'string' ? body : '', JSON.stringify(answer)].map((text) => text?.slice(0, 200)).join('\n')

test(`no request is answered by a bug (seed ${seed})`, { timeout: requests * 100 }, async () => {
  const anything = fc
    .constantFrom(...operations)
    .chain((operation) => requestsFor(operation, known).map((request) => ({ operation, request })))
  const statuses = new Map<number, number>()
  const faults = new Map<string, string>()
  await fc.assert(
    fc.asyncProperty(anything, async ({ operation, request }) => {
      const { status, body } = await owner(operation.method, request.target, request)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const wrong = await fault(operation, status, body)
      if (wrong) faults.set(`${operation.id}: ${status}, ${wrong}`, described(request, body))
    }),
    { seed, numRuns: requests },
  )
  // All of them at once, each with one request that shows it.
  expect([...faults]).toEqual([])
  // It knocks at open doors too, not only at closed ones.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(requests / 20)
})

/** From one machine to a cluster and back: everything arrives, and nothing leaves twice or is forgotten. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { missingPrograms } from '@floowe/testbed/all-programs'
import { type Cluster, startCluster } from '@floowe/testbed/cluster/cluster'
import { type Servers, startServers } from '@floowe/testbed/cluster/servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDataFolder } from '../data-folder.ts'
import { withClient } from '../installation-state.ts'
import { startInstallation } from '../start.ts'
import { setUp, startTestInstallation, type TestInstallation } from '../testing.ts'
import { inspectArchive } from './read.ts'
import {
  audit,
  bodyOf,
  floowe,
  foundTitles,
  keepWriting,
  laterJob,
  type Must,
  mustAt,
  type Outcome,
  restoreKilled,
  runNode,
  seeded,
  seen,
  type Story,
  tell,
  textsOf,
} from './testing.ts'

const missing = missingPrograms()
if (missing.length > 0)
  console.warn(`moves are not tested: ${missing.join(', ')} not here (npm run testbed -- install)`)
if (missing.length > 0 && process.env['CI']) throw new Error(`CI tests moves: ${missing.join(', ')} missing`)

const seed = Number(process.env['FLOOWE_TEST_SEED'] ?? Date.now() % 100_000)
const common = {
  FLOOWE_SECRET: 'of this installation, wherever it runs',
  FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
  FLOOWE_PUBLISHING_TIMEOUT_MS: '4000',
  FLOOWE_SENSITIVE_PER_MINUTE: '10000',
  FLOOWE_REQUESTS_PER_MINUTE: '100000',
}
const pictures = 60
const kills = 6

let home: string
let receiver: WebhookReceiver
let here: TestInstallation
let story: Story
let before: { seen: object; audit: object[] }
let servers: Servers
let cluster: Cluster
let back: TestInstallation
const places = () => ({
  here: path.join(home, 'here'),
  servers: path.join(home, 'servers'),
  cluster: path.join(home, 'cluster'),
  back: path.join(home, 'back'),
  there: path.join(home, 'there.tar.gz'),
  hot: path.join(home, 'hot.tar.gz'),
  again: path.join(home, 'again.tar.gz'),
})
const inCluster = (): Record<string, string> => ({ ...common, ...servers.variables, FLOOWE_DATA: places().cluster })
const portOf = ({ url }: Cluster) => ({ ...inCluster(), FLOOWE_PORT: new URL(url).port })
const good = ({ code, out, err }: Outcome): unknown => {
  if (code !== 0) throw new Error(`exit ${code}: ${err}`)
  return JSON.parse(out)
}
const statesOf = async (must: Must): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await must('GET', '/deliveries?limit=100')).items.map((one: { id: string; state: string }) => [one.id, one.state]),
  )
const held = () => ({
  [story.published]: 'published',
  [story.hanging]: 'on-hold',
  [story.retrying]: 'on-hold',
  [story.soon]: 'on-hold',
  [story.late]: 'planned',
})
/** One more delivery to the site passes through the schedule, so the schedule has looked at everything that was due. */
async function letScheduleLook(must: Must): Promise<void> {
  const site = (await must('GET', '/channels')).find((one: { network: string }) => one.network === 'floowe-site')
  const { edition } = await must('POST', '/articles', { language: 'en', title: 'Look', body: bodyOf('look') })
  const { id } = await must('POST', '/deliveries', { editionId: edition.id, channelId: site.id, when: { now: true } })
  await expect.poll(async () => (await must('GET', `/deliveries/${id}`)).state, { timeout: 30_000 }).toBe('published')
}

describe.skipIf(missing.length > 0)(`moving (FLOOWE_TEST_SEED=${seed})`, () => {
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'floowe-moving-'))
    receiver = await startWebhookReceiver({ hangMs: 600_000 })
    servers = await startServers({}, places().servers)
  }, 120_000)
  afterAll(async () => {
    await back?.stop()
    await cluster?.stop()
    await servers?.stop()
    await here?.stop()
    await receiver?.stop()
    await rm(home, { recursive: true, force: true })
  }, 120_000)

  test('an installation with a bit of everything', async () => {
    here = await startTestInstallation(common, places().here)
    const { me } = await setUp(here)
    const must = mustAt(here.url, places().here)
    story = await tell(must, receiver, pictures)
    const job = laterJob(me.workspace.id)
    await withClient(here.installation.ground.admin, (client) => client.query(job.text, job.values))
    before = { seen: await seen(must, here.url), audit: await audit(must) }
    expect(await statesOf(must)).toMatchObject({
      ...held(),
      [story.hanging]: 'sending',
      [story.retrying]: 'retrying',
      [story.soon]: 'planned',
    })
  }, 120_000)

  test('a move writes the archive, and its installation ends and starts no more', async () => {
    const variables = { ...common, FLOOWE_DATA: places().here }
    good(await floowe(variables, 'backup', places().there, '--move', '--to', 'the cluster', '--json'))
    expect(await here.installation.moved).toContain('the cluster')
    await here.installation.stop()
    const refused = startInstallation({ variables, say: () => undefined, throwAway: true })
    await expect(refused).rejects.toMatchObject({
      code: 'retired',
      message: expect.stringMatching(/moved on 20\d\d-.* into .*there\.tar\.gz \(the cluster\)/),
    })
    expect((await inspectArchive(places().there)).heading).toMatchObject({ format: 2, isMove: true })
  }, 120_000)

  test(`into a cluster, killed ${kills} times on the way`, async () => {
    // What was planned falls due while nobody runs.
    await expect.poll(() => Date.now() > story.soonMs, { timeout: 60_000 }).toBe(true)
    const requests = receiver.log().length
    const outcome = await restoreKilled(places().there, inCluster(), seeded(seed), kills)
    expect(outcome.kills).toBeGreaterThanOrEqual(5)
    const restored = good(outcome)
    expect(outcome.err).toMatch(/going on behind entry \d+ of \d+/)
    const { summary } = await inspectArchive(places().there)
    expect(restored).toMatchObject({
      documents: summary.documents?.['content']?.lines,
      files: Object.keys(summary.blobs).length,
      onHold: 3,
    })
    openDataFolder(places().cluster).replaceSecret('secret', common.FLOOWE_SECRET)
    cluster = await startCluster({
      folder: places().cluster,
      hasDemo: false,
      variables: { ...common, ...servers.variables },
    })
    const must = mustAt(cluster.url, places().cluster)
    expect(await seen(must, cluster.url)).toEqual(before.seen)
    expect((await audit(must)).slice(0, before.audit.length)).toEqual(before.audit)
    expect(await statesOf(must)).toMatchObject(held())
    await letScheduleLook(must)
    expect(receiver.log()).toHaveLength(requests)
  }, 400_000)

  test('a cluster whose processes run is not restored into', async () => {
    expect(await runNode(['launch/restore.ts', places().there], inCluster())).toMatchObject({
      code: 1,
      err: expect.stringContaining('refused cluster-runs'),
    })
  }, 120_000)

  test('a backup of a running cluster has all that was acknowledged before, and every event once', async () => {
    const must = mustAt(cluster.url, places().cluster)
    const writing = keepWriting(must, 4)
    await expect.poll(() => writing.written.size, { timeout: 20_000 }).toBeGreaterThan(8)
    const acknowledged = new Map(writing.written)
    good(await floowe(portOf(cluster), 'backup', places().hot, '--json'))
    await writing.stop()
    expect((await inspectArchive(places().hot)).heading).toMatchObject({
      ...{ isMove: false, documentsFrom: expect.any(String) },
    })
    const variables = { ...common, FLOOWE_DATA: path.join(home, 'hot') }
    good(await floowe(variables, 'restore', places().hot, '--json'))
    const restored = await startTestInstallation(common, variables.FLOOWE_DATA)
    try {
      const restoredMust = mustAt(restored.url, variables.FLOOWE_DATA)
      const texts = await textsOf(restoredMust)
      for (const [id, revision] of acknowledged) expect(texts.get(id)?.revision).toBeGreaterThanOrEqual(revision)
      // What came with the texts is heard first, then each text is found by what it says now, and was told of once a revision.
      for (const { title } of texts.values())
        await expect
          .poll(async () => foundTitles(await restoredMust('GET', `/search?query=${title}`)), { timeout: 30_000 })
          .toContain(title)
      await restored.installation.composed.idle()
      const told = (await audit(restoredMust)).filter(({ event }) => event === 'content.edition-saved')
      for (const [id, { revision }] of texts)
        for (let each = 1; each <= revision; each++)
          expect(
            told.filter(({ data }) => data.editionId === id && data.revision === each),
            `${id} ${each}`,
          ).toHaveLength(1)
    } finally {
      await restored.stop()
    }
  }, 180_000)

  test('without a process that takes its events, a backup says so and is not made', async () => {
    const analytics = cluster.processes.find(({ name }) => name === 'analytics')
    analytics?.signal('SIGSTOP')
    const must = mustAt(cluster.url, places().cluster)
    await must('POST', '/articles', { language: 'en', title: 'Unheard' })
    expect(await floowe(portOf(cluster), 'backup', path.join(home, 'never.tar.gz'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/events-in-flight: .*analytics/),
    })
    analytics?.signal('SIGCONT')
    await analytics?.ready()
  }, 120_000)

  test('and back to one machine', async () => {
    const must = mustAt(cluster.url, places().cluster)
    const inCluster2 = { seen: await seen(must, cluster.url), audit: await audit(must) }
    const requests = receiver.log().length
    good(await floowe(portOf(cluster), 'backup', places().again, '--move', '--json'))
    for (const { logFile, name } of cluster.processes)
      await expect
        .poll(async () => readFile(logFile, 'utf8'), { timeout: 30_000, message: name })
        .toContain('This installation was moved on')
    await cluster.stop()
    expect(await runNode(['launch/restore.ts', places().there], inCluster())).toMatchObject({
      code: 1,
      err: expect.stringMatching(/refused not-empty .*people, texts, files/),
    })
    good(await floowe({ ...common, FLOOWE_DATA: places().back }, 'restore', places().again, '--json'))
    back = await startTestInstallation(common, places().back)
    const backMust = mustAt(back.url, places().back)
    expect(await seen(backMust, back.url)).toEqual(inCluster2.seen)
    expect((await audit(backMust)).slice(0, inCluster2.audit.length)).toEqual(inCluster2.audit)
    expect(await statesOf(backMust)).toMatchObject(held())
    const jobs = await withClient(back.installation.ground.admin, async (client) =>
      client.query("select state, input from content.jobs where kind = 'content.remove-files'"),
    )
    expect(jobs.rows).toEqual([{ state: 'waiting', input: { n: 1 } }])
    await letScheduleLook(backMust)
    expect(receiver.log()).toHaveLength(requests)
  }, 400_000)

  test('released, each goes out once', async () => {
    const must = mustAt(back.url, places().back)
    receiver.faults.always(() => 'ok')
    for (const id of [story.hanging, story.retrying, story.soon, story.late])
      await must('POST', `/deliveries/${id}/send`)
    await expect
      .poll(() => statesOf(must), { timeout: 30_000 })
      .toMatchObject(Object.fromEntries(Object.values(held()).map((_, n) => [Object.keys(held())[n], 'published'])))
    const log = receiver.log()
    expect(log.filter(({ problem }) => problem !== null)).toEqual([])
    expect(receiver.effects().size).toBe(5)
    // The one that was taken and never answered was asked for again; nobody else was.
    const taken = Map.groupBy(
      log.filter(({ isTaken }) => isTaken),
      ({ id }) => id,
    )
    expect([...taken.values()].map((requests) => requests.length).toSorted()).toEqual([1, 1, 1, 1, 2])
  }, 120_000)

  test('a move is taken back by a person', async () => {
    const taken = good(await floowe(inCluster(), 'unretire', '--json'))
    expect(taken).toMatchObject({ archive: places().again })
    expect((await floowe(inCluster(), 'unretire')).err).toContain('not-retired')
    const variables = { ...common, FLOOWE_DATA: places().here }
    good(await floowe(variables, 'unretire', '--json'))
    const again = await startTestInstallation(common, places().here)
    expect(await statesOf(mustAt(again.url, places().here))).toMatchObject({ [story.published]: 'published' })
    await again.stop()
  }, 120_000)
})

/** One seed: an installation, a load, faults, healing, and the judge. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startWebhookReceiver } from '@floowe/emulators/webhook-receiver'
import { createClient } from './client.ts'
import { judge } from './judge/judge.ts'
import { openLedger } from './ledger.ts'
import { follow } from './load/follower.ts'
import { workUntilOff } from './load/workers.ts'
import { seeded } from './random.ts'
import { startAllInOne, until } from './shapes/all-in-one.ts'
import { startClusterSubject } from './shapes/cluster.ts'
import type { Kind, Subject } from './shapes/shape.ts'
import { smallDisk } from './shapes/small-disk.ts'
import type { RunState, Violation } from './state.ts'
import { type Bounds, strikeUntilDone } from './strikes.ts'

export type Shape = 'all-in-one' | 'cluster'
export type Plan = Bounds & { shape: Shape; seed: number }
export type Result = {
  seed: number
  shape: Shape
  kinds: readonly Kind[]
  /** With a request under way. */
  kills: number
  faults: Record<string, number>
  acknowledged: number
  refused: number
  unknown: number
  violations: number
  healingMsP99: number
  /** Connections of the live follower, which came back after each loss. */
  liveConnections: number
  /** Answers of 500. */
  unprepared: number
  seconds: number
}
export type Finding = { result: Result; violations: Violation[]; unprepared: readonly string[]; folder: string }

const diskMegabytes = 400
const wellMsMax = 60_000
const faultShareOfReceiver = 0.1

export async function runSeed(plan: Plan, tell: (line: string) => void): Promise<Finding> {
  const begun = performance.now()
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), `floowe-faults-${plan.seed}-`))
  const wantsDisk = plan.kinds.includes('disk')
  const disk = wantsDisk && plan.shape === 'all-in-one' ? smallDisk(path.join(folder, 'disk'), diskMegabytes) : null
  let subject: Subject | null = null
  let isFine = false
  try {
    tell('starting')
    subject =
      plan.shape === 'all-in-one' ? await startAllInOne(folder, disk) : await startClusterSubject(folder, wantsDisk)
    tell(`${plan.shape} at ${subject.url}`)
    const found = await underLoad(plan, subject, folder, tell)
    isFine = found.violations.length === 0
    const seconds = Math.round((performance.now() - begun) / 1000)
    return { ...found, result: { ...found.result, seconds }, folder }
  } finally {
    await subject?.stop()
    disk?.remove()
    // What is needed to understand a failure stays.
    if (isFine) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function underLoad(
  plan: Plan,
  subject: Subject,
  folder: string,
  tell: (line: string) => void,
): Promise<Omit<Finding, 'folder'>> {
  const random = seeded(plan.seed)
  const receiver = await startWebhookReceiver()
  mkdirSync(folder, { recursive: true })
  const ledger = openLedger(path.join(folder, 'ledger.jsonl'))
  const chance = random.fork('receiver')
  receiver.faults.always(({ attempt }) =>
    attempt === 1 && chance.next() < faultShareOfReceiver ? 'accept-then-reset' : 'ok',
  )
  let isOn = true
  try {
    const client = createClient(subject.url, subject.credential)
    const place = await prepare(client, subject, receiver)
    const run: RunState = {
      seed: plan.seed,
      random,
      client,
      ledger,
      receiver,
      credential: subject.credential,
      ...place,
      violations: [],
      risks: [],
      isOn: () => isOn,
    }
    const follower = follow(run)
    const working = workUntilOff(run).catch((error: unknown) => {
      run.violations.push({ kind: 'sick', text: String(error) })
    })
    const struck = await strikeUntilDone(run, subject, plan, tell)
    tell(`${struck.kills} kills, healing`)
    await until(subject.isWell, wellMsMax, () => 'it is not well').catch((error: unknown) => {
      run.violations.push({ kind: 'sick', text: String(error) })
    })
    isOn = false
    await working
    tell('judging')
    const judged = await judge(run, follower)
    await follower.stop()
    const violations = [...run.violations, ...judged]
    const healing = struck.healingMs.toSorted((one, other) => one - other)
    return {
      violations,
      unprepared: client.unprepared(),
      result: {
        seed: plan.seed,
        shape: plan.shape,
        kinds: plan.kinds,
        kills: struck.kills,
        faults: struck.byName,
        acknowledged: ledger.count('acknowledged'),
        refused: ledger.count('refused'),
        unknown: ledger.count('unknown'),
        violations: violations.length,
        healingMsP99: healing[Math.ceil(healing.length * 0.99) - 1] ?? 0,
        liveConnections: follower.connections(),
        unprepared: client.unprepared().length,
        seconds: 0,
      },
    }
  } finally {
    isOn = false
    await receiver.stop()
    ledger.close()
  }
}

type Receiver = Awaited<ReturnType<typeof startWebhookReceiver>>

/** The first owner, their workspace, a channel to the receiver. Nothing fails yet. */
async function prepare(
  client: ReturnType<typeof createClient>,
  subject: Subject,
  receiver: Receiver,
): Promise<Pick<RunState, 'workspaceId' | 'channels'>> {
  const made = await client.once({
    method: 'POST',
    path: '/api/v1/setup',
    headers: { authorization: '' },
    body: {
      code: subject.setupCode,
      owner: { name: 'Ada', email: 'ada@example.com', password: 'a long enough password', locale: 'en' },
      workspace: { name: 'Faults', slug: 'faults', language: 'en', zone: 'UTC' },
    },
    through: ['identity'],
  })
  if (made.is !== 'answered' || made.status !== 200) throw new Error(`no first owner: ${JSON.stringify(made)}`)
  const { workspace } = made.body as { workspace: { id: string } } // the contract's answer
  const hook = await client.until<{ id: string; secret: string }>({
    method: 'POST',
    path: '/api/v1/channels',
    body: { network: 'webhook', name: 'Receiver', url: receiver.url },
    through: ['publishing'],
  })
  receiver.trust(hook.secret)
  const channels = await client.until<{ id: string; network: string }[]>({
    path: '/api/v1/channels',
    through: ['publishing'],
  })
  const site = channels.find(({ network }) => network === 'floowe-site')?.id
  if (site === undefined) throw new Error('the workspace has no site')
  return { workspaceId: workspace.id, channels: { site, webhook: hook.id } }
}

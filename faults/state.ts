/** What the parts of one run share. */
import type { WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import type { Client } from './client.ts'
import type { Ledger } from './ledger.ts'
import type { Random } from './random.ts'

/**
 * `lost`: acknowledged and not there. `ghost`: there and never asked for. `duplicate`: one request, two effects. `torn`: not
 * what was sent. `stale`: older than what was acknowledged before. `gap`: the live series left something out. `sick`: not
 * healthy in time, without help.
 */
export type ViolationKind = 'lost' | 'ghost' | 'duplicate' | 'torn' | 'stale' | 'gap' | 'sick'
export type Violation = { kind: ViolationKind; text: string }

export type RunState = {
  seed: number
  random: Random
  client: Client
  ledger: Ledger
  receiver: WebhookReceiver
  workspaceId: string
  credential: string
  channels: { site: string; webhook: string }
  violations: Violation[]
  /** When what analytics had in memory could be lost: from the beginning of an outage to the kill after it. Unix ms. */
  risks: { fromMs: number; untilMs: number }[]
  /** False once the workers shall finish what they are at. */
  isOn: () => boolean
}

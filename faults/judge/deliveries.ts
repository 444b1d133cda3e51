/** Deliveries: one for each plan, all out, each with one effect at the receiver and the same bytes in every attempt. */
import type { RunState, Violation } from '../state.ts'
import { readAll } from './reading.ts'

type Delivery = { id: string; state: string; editionId: string; versionId: string; channelId: string }

export async function judgeDeliveries(run: RunState): Promise<Violation[]> {
  const { client, ledger, receiver, channels } = run
  const deliveries = await readAll<Delivery>(client, '/api/v1/deliveries', 'publishing')
  const byId = new Map(deliveries.map((delivery) => [delivery.id, delivery]))
  const placeOf = ({ editionId, versionId, channelId }: Omit<Delivery, 'id' | 'state'>): string =>
    `${editionId} ${versionId} ${channelId}`
  const inPlace = Map.groupBy(deliveries, placeOf)
  const violations: Violation[] = []
  const asked = new Set<string>()
  for (const { facts, state, answer } of ledger.of('publish')) {
    const place = placeOf({ ...facts, channelId: channels[facts.channel] })
    asked.add(place)
    const found = inPlace.get(place) ?? []
    if (found.length > 1)
      violations.push({ kind: 'duplicate', text: `${found.length} deliveries came of the key ${facts.key}` })
    if (state === 'acknowledged' && !byId.has(answer?.deliveryId ?? ''))
      violations.push({ kind: 'lost', text: `delivery ${answer?.deliveryId}` })
    if (state === 'refused' && found.length > 0)
      violations.push({ kind: 'ghost', text: `delivery ${found[0]?.id}, which was refused` })
  }
  for (const delivery of deliveries) {
    if (!asked.has(placeOf(delivery))) violations.push({ kind: 'ghost', text: `delivery ${delivery.id}` })
    if (!['published', 'replaced', 'cancelled'].includes(delivery.state))
      violations.push({ kind: 'lost', text: `delivery ${delivery.id} is ${delivery.state}` })
  }
  const log = receiver.log().filter((received) => received.type !== 'floowe.test')
  const bytes = new Map<string, Set<string>>()
  for (const { id, hash, problem } of log) {
    bytes.set(id, (bytes.get(id) ?? new Set()).add(hash))
    if (problem !== null) violations.push({ kind: 'torn', text: `webhook ${id}: ${problem}` })
    if (byId.get(id)?.channelId !== channels.webhook)
      violations.push({ kind: 'ghost', text: `webhook ${id} belongs to no delivery` })
  }
  for (const [id, hashes] of bytes)
    if (hashes.size > 1) violations.push({ kind: 'torn', text: `webhook ${id} came with ${hashes.size} bodies` })
  const effects = receiver.effects()
  for (const { id, channelId, state } of deliveries)
    if (channelId === channels.webhook && ['published', 'replaced'].includes(state) && !effects.has(id))
      violations.push({ kind: 'lost', text: `delivery ${id} is ${state}, and the receiver did not take it` })
  return violations
}

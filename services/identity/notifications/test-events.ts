/** What publishing tells, as far as notifications look at it. */
import { randomUUID } from 'node:crypto'

export const deliveryFacts = (createdBy: string, title = 'Rzeka') => ({
  deliveryId: randomUUID(),
  articleId: randomUUID(),
  editionId: randomUUID(),
  channelId: randomUUID(),
  network: 'webhook',
  state: 'failed',
  title,
  createdBy,
})

/** One approval, asked for and decided upon. */
export function approvalFacts(requestedBy: string) {
  const approval = {
    approvalId: randomUUID(),
    deliveryId: randomUUID(),
    articleId: randomUUID(),
    editionId: randomUUID(),
    channelId: randomUUID(),
    channelName: 'Gazeta',
    title: 'Rzeka',
    language: 'pl',
    requestedBy,
  }
  return {
    asked: {
      ...approval,
      step: 0,
      stepName: null,
      dueAt: '2026-11-24T08:00:00.000Z',
      message: 'Rzuć okiem',
      deciders: { roles: [], userIds: [] },
      except: [requestedBy],
    },
    decided: {
      ...approval,
      decision: 'approved',
      isFinal: true,
      by: requestedBy,
      byName: null as string | null,
      comment: '',
      hash: 'a'.repeat(64),
    },
  }
}

/** Which kinds reach a person in which way: the standard of each kind, and where the person chose otherwise. */
import { ChosenKind, type NotificationWay } from '@floowe/contracts/notifications'
import type { Call, Sql } from '@floowe/platform'
import type { Means } from '../means.ts'
import { memberPlaceOf, type Place, placeOf } from './inbox.ts'
import { waysOf } from './notify.ts'
import { choicesOf, putChoices } from './store.ts'
import { findWebhook } from './webhook-store.ts'
import { shownWebhook } from './webhooks.ts'

export const getNotificationSettings = (means: Means, call: Call) => settingsOf(means, means.db, placeOf(call))

type Chosen = { kind: ChosenKind; way: NotificationWay; isOn: boolean }

export async function updateNotificationSettings(means: Means, { choices }: { choices: Chosen[] }, call: Call) {
  const place = await memberPlaceOf(means, call)
  // Of the same thing said twice the last counts; one statement cannot write a row twice.
  const last = [...new Map(choices.map((choice) => [`${choice.kind} ${choice.way}`, choice])).values()]
  await putChoices(means.db, place.workspaceId, place.userId, last)
  return settingsOf(means, means.db, place)
}

async function settingsOf({ mail }: Means, sql: Sql, { workspaceId, userId }: Place) {
  const [choices, webhook] = await Promise.all([
    choicesOf(sql, workspaceId, [userId]),
    findWebhook(sql, workspaceId, userId),
  ])
  return {
    hasMail: mail.isOn,
    kinds: ChosenKind.options.map((kind) => {
      const isOn = waysOf(kind, choices)
      return { kind, app: isOn(userId, 'app'), mail: isOn(userId, 'mail'), webhook: isOn(userId, 'webhook') }
    }),
    webhook: webhook && shownWebhook(webhook),
  }
}

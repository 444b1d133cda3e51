/** What a newsletter is beside its readers: who sends it, how it signs, how fast it goes out, through which server. */
import type { Locale } from '@floowe/contracts/vocabulary'
import { Email } from '@floowe/contracts/identity'
import { Ended } from '../networks/network.ts'

export type Profile = {
  senderName: string
  sender: string
  replyTo: string | null
  language: Locale
  imprint: string
  perSecond: number
  /** Address of a mail server with its password; null: the operator's. */
  server: string | null
}
type Credentials = Readonly<Record<string, string>>

export const perSecondStandard = 10
export const perSecondMax = 500
const serverForm = /^smtps?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/

/** What `connect` asked for, as it is kept. @throws Ended naming what cannot be used */
export function profileOf(fields: Credentials): Profile {
  const { senderName = '', sender = '', replyTo = '', language = '', imprint = '', perSecond, server = '' } = fields
  if (!isLine(senderName, 80)) throw cannotUse('bad-sender-name')
  if (language !== 'pl' && language !== 'en') throw cannotUse('bad-language')
  if (!isLine(imprint, 300)) throw cannotUse('bad-imprint')
  if (server !== '' && !serverForm.test(server.trim())) throw cannotUse('bad-mail-server')
  const speed = Number(perSecond ?? perSecondStandard)
  return {
    senderName: senderName.trim(),
    sender: addressIn(sender),
    replyTo: replyTo.trim() === '' ? null : addressIn(replyTo),
    language,
    imprint: imprint.trim(),
    perSecond: Number.isInteger(speed) && speed >= 1 && speed <= perSecondMax ? speed : perSecondStandard,
    server: server.trim() === '' ? null : server.trim(),
  }
}

export const credentialsOf = ({ perSecond, replyTo, server, ...profile }: Profile): Credentials => ({
  ...profile,
  perSecond: String(perSecond),
  ...(replyTo !== null && { replyTo }),
  ...(server !== null && { server }),
})

const cannotUse = (code: string, detail?: string): Ended =>
  new Ended({ kind: 'permanent', code, ...(detail !== undefined && { detail }) })
const isLine = (text: string, max: number): boolean =>
  text.trim() !== '' && text.length <= max && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)

function addressIn(text: string): string {
  const { data } = Email.safeParse(text)
  if (data === undefined) throw cannotUse('bad-mail-address', text.trim().slice(0, 100))
  return data
}

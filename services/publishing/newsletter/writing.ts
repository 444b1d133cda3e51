/** From an issue to the letters of its readers: the links of each, and where what comes back goes. */
import type { Sealer } from '@floowe/platform'
import type { Account } from '../networks/network.ts'
import type { Writing } from '../networks/newsletter.ts'
import { bounceName, leaveToken } from './links.ts'
import { letterOf, messageIdOf, messageOf } from './letter.ts'
import type { Profile } from './profile.ts'

export type WritingParts = {
  sealer: Sealer
  publicUrl: string
  /** Where bounces come to, if this installation hears them. */
  bounceDomain: string | null
}

export const createWriting =
  ({ sealer, publicUrl, bounceDomain }: WritingParts): Writing =>
  ({ parcel, account, profile, content, viewUrl }) => {
    const letter = letterOf({ content, profile, newsletterName: account.name, viewUrl, publicUrl })
    const list = { id: account.channelId, host: new URL(publicUrl).hostname, at: new Date(parcel.at) }
    return ({ id, email, bounceId }) => {
      const named = (kind: 'b' | 'u'): string | null =>
        bounceDomain && `${bounceName(sealer, kind, parcel.workspaceId, bounceId)}@${bounceDomain}`
      return messageOf(
        letter,
        profile,
        {
          to: email,
          messageId: messageIdOf(parcel.deliveryId, id, profile.sender),
          leaveUrl: leaveUrlOf({ sealer, publicUrl }, account, id),
          leaveAddress: named('u') ?? profile.replyTo ?? profile.sender,
          returnTo: named('b') ?? profile.sender,
        },
        list,
      )
    }
  }

export const newsletterPrefix = '/newsletter'
export const leaveUrlOf = (
  { sealer, publicUrl }: Pick<WritingParts, 'sealer' | 'publicUrl'>,
  { workspaceId }: Pick<Account, 'workspaceId'>,
  subscriberId: string,
): string => `${publicUrl}${newsletterPrefix}/unsubscribe/${leaveToken(sealer, workspaceId, subscriberId)}`

/** Of a letter that goes to nobody's list: a test, a preview. */
export const sampleUrlOf = (publicUrl: string): string => `${publicUrl}${newsletterPrefix}/sample`
export const senderLine = ({ senderName, sender }: Pick<Profile, 'senderName' | 'sender'>): string =>
  `${senderName} <${sender}>`

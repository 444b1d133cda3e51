/** An account's secrets: sealed in the row of its channel, open only on the way to its network. */
import type { Clock, Sealer } from '@floowe/platform'
import type { Account, Networks } from './networks/network.ts'

/** A sealed secret opens only in the row it was made for. */
export const contextOf = (channelId: string): string => `publishing.channel:${channelId}`

type Sealed = {
  id: string
  workspaceId: string
  name: string
  url: string | null
  account: Readonly<Record<string, string>>
  secretSealed: string | null
  oldSecretSealed: string | null
  oldSecretUntil: Date | null
}

/** The account with its secrets open, the newest first; null when the secret of this installation does not open them. */
export function openAccount({ sealer, clock }: { sealer: Sealer; clock: Clock }, channel: Sealed): Account | null {
  const isOldValid = channel.oldSecretSealed !== null && (channel.oldSecretUntil?.getTime() ?? 0) > clock.now()
  const sealed = [channel.secretSealed, isOldValid ? channel.oldSecretSealed : null].filter((text) => text !== null)
  const { workspaceId, name, url, account } = channel
  try {
    const secrets = sealed.map((text) => sealer.open(text, contextOf(channel.id)))
    return {
      channelId: channel.id,
      workspaceId,
      name,
      url,
      secrets,
      credentials: { ...account, ...opened(secrets[0]) },
    }
  } catch {
    return null
  }
}

/** What {@link apart} has sealed; a webhook's secret is none of that. */
const opened = (secret: string | undefined): Record<string, string> =>
  secret?.startsWith('{') ? (JSON.parse(secret) as Record<string, string>) : {} // written by `apart`

/** Only what the network's facts call no secret stays readable. */
export function apart(
  { networks }: { networks: Networks },
  network: keyof Networks,
  credentials: Readonly<Record<string, string>>,
): { readable: Record<string, string>; secret: string } {
  // When a person has to connect it anew is for people to see, and how fast a newsletter goes out.
  const open = new Set<string>([
    'endsMs',
    'perSecond',
    ...networks[network].facts.connection.fields.filter(({ isSecret }) => !isSecret).map(({ name }) => name),
  ])
  const entries = Object.entries(credentials)
  return {
    readable: Object.fromEntries(entries.filter(([name]) => open.has(name))),
    secret: JSON.stringify(Object.fromEntries(entries.filter(([name]) => !open.has(name)))),
  }
}

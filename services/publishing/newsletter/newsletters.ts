/** What all newsletters share: connections to mail servers, the ledger, how letters are written. */
import type { Clock, Database, LineTrouble, Mail, MailLine, Outbound, RateLimits, Sealer } from '@floowe/platform'
import type { Mailings, NewsletterParts, Writing } from '../networks/newsletter.ts'
import type { Settings } from '../settings.ts'
import { createMailings } from './mailings.ts'
import type { Profile } from './profile.ts'
import { createWriting } from './writing.ts'

type Host = {
  db: Database
  clock: Clock
  mail: Mail
  outbound: Outbound
  rateLimits: RateLimits
  sealer: Sealer
  publicUrl: string
}

export type Newsletters = {
  /** A connection to the newsletter's own server, or to the operator's. */
  open: (profile: Pick<Profile, 'server'>) => Promise<MailLine | LineTrouble>
  mailings: Mailings
  write: Writing
}

export function createNewsletters(host: Host, settings: Settings): Newsletters {
  const { mail, outbound } = host
  const { mailTimeoutMs, timeoutMs, bounces } = settings
  return {
    // Whoever types a host does not choose among this machine's neighbours.
    open: ({ server }) =>
      mail.open(
        server === null ? undefined : { url: server, connect: (place) => outbound.connect(place, timeoutMs) },
        mailTimeoutMs,
      ),
    mailings: createMailings({ ...host, settings }),
    write: createWriting({ ...host, bounceDomain: bounces?.domain ?? null }),
  }
}

export const networkParts = (
  { open, mailings, write }: Newsletters,
  { clock }: Pick<Host, 'clock'>,
  { retryPauseMs, mailLinesMax }: Settings,
): NewsletterParts => ({ clock, mailings, write, open, firstPauseMs: retryPauseMs, linesMax: mailLinesMax })

/**
 * Letters leave from jobs, so nobody waits for a mail server and nobody can tell by the time whether mail was sent. What a job
 * carries is sealed: a link that opens something is nowhere readable at rest.
 */
import type { Transaction } from './database/database.ts'
import { JobFailedForGood, type JobKind } from './jobs/port.ts'
import type { Mail, MailMessage } from './mail.ts'
import type { Sealer } from './sealing.ts'

export type Letter = Pick<MailMessage, 'to' | 'subject' | 'text'> & { html: string }

const attemptsMax = 6
const pauseMs = 10_000
const timeoutMs = 120_000

/** @param kind `service.…`, the same as of {@link letterJob}: what is sealed opens only for a job of this kind */
export const enqueueLetter = (
  sealer: Sealer,
  tx: Transaction,
  kind: string,
  workspaceId: string,
  letter: Letter,
): Promise<string> => tx.enqueue({ kind, workspaceId, input: { sealed: sealer.seal(JSON.stringify(letter), kind) } })

/** Each attempt has the same Message-ID. Gives up when the server said no. */
export const letterJob = ({ sealer, mail, publicUrl }: { sealer: Sealer; mail: Mail; publicUrl: string }): JobKind => ({
  run: async (job) => {
    const letter = JSON.parse(sealer.open(String(job.input['sealed']), job.kind)) as Letter // written by `enqueueLetter`
    const answer = await mail.send({ ...letter, messageId: `${job.id}@${new URL(publicUrl).hostname}` })
    if (answer.accepted) return
    if (answer.code === 'try-later' || answer.code === 'unreachable' || answer.code === 'ambiguous')
      throw new Error(`mail: ${answer.code}`)
    throw new JobFailedForGood(`mail: ${answer.code}`)
  },
  attemptsMax,
  pauseMs,
  timeoutMs,
})

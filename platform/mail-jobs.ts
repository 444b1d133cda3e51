/**
 * Letters leave from jobs, so nobody waits for a mail server and nobody can tell by the time whether mail was sent. What a job
 * carries is sealed: a link that opens something is nowhere readable at rest.
 */
import type { Transaction } from './database/database.ts'
import { JobFailedForGood, type JobKind, type JobRun } from './jobs/port.ts'
import type { WrittenLetter } from './letters.ts'
import type { Mail } from './mail.ts'
import type { Sealer } from './sealing.ts'

export type Letter = WrittenLetter & { to: string }

const attemptsMax = 6
const pauseMs = 10_000
const timeoutMs = 120_000

/** @param kind `service.…`, that of the job: what is sealed opens only for a job of this kind */
export const enqueueSealed = (
  sealer: Sealer,
  tx: Transaction,
  kind: string,
  workspaceId: string,
  content: object,
): Promise<string> => tx.enqueue({ kind, workspaceId, input: { sealed: sealer.seal(JSON.stringify(content), kind) } })

export const unsealed = <Content>(sealer: Sealer, job: JobRun): Content =>
  JSON.parse(sealer.open(String(job.input['sealed']), job.kind)) as Content // written by `enqueueSealed` for this kind

/** As often, and with such pauses, as suits what ends in a letter. */
export const mailJob = (run: (job: JobRun) => Promise<void>): JobKind => ({ run, attemptsMax, pauseMs, timeoutMs })

/** Throws to be tried again, or for good when the server said no. @param messageId the same for each attempt */
export async function postLetter(
  { mail, publicUrl }: { mail: Mail; publicUrl: string },
  letter: Letter,
  messageId: string,
): Promise<void> {
  const answer = await mail.send({ ...letter, messageId: `${messageId}@${new URL(publicUrl).hostname}` })
  if (answer.accepted) return
  if (answer.code === 'try-later' || answer.code === 'unreachable' || answer.code === 'ambiguous')
    throw new Error(`mail: ${answer.code}`)
  throw new JobFailedForGood(`mail: ${answer.code}`)
}

/** For a letter that is written when its job is: by `enqueueSealed`, of a {@link Letter}. */
export const letterJob = (means: { sealer: Sealer; mail: Mail; publicUrl: string }): JobKind =>
  mailJob((job) => postLetter(means, unsealed<Letter>(means.sealer, job), job.id))

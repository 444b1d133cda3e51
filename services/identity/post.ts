/**
 * Mail leaves from jobs, so nobody waits for a mail server and nobody can tell by the time whether mail was sent. What a job
 * carries is sealed: a link that opens an account is nowhere readable at rest.
 */
import { JobFailedForGood, type JobKind, type JobRun, type Mail, type Transaction } from '@floowe/platform'
import type { Letter } from './letters.ts'
import { minuteMs, type Means } from './means.ts'

type Sealed = { sealed: string }
export type Addressed = Letter & { to: string }

/** @param kind `identity.…`; what is sealed opens only for a job of this kind. */
export const enqueueSealed = (
  { sealer }: Means,
  tx: Transaction,
  kind: string,
  workspaceId: string,
  content: object,
): Promise<string> =>
  tx.enqueue({ kind, workspaceId, input: { sealed: sealer.seal(JSON.stringify(content), kind) } satisfies Sealed })

export const unsealed = <Content>({ sealer }: Means, job: JobRun): Content =>
  JSON.parse(sealer.open(String(job.input['sealed']), job.kind)) as Content // written by `enqueueSealed` for this kind

export const mailJob = (work: (job: JobRun) => Promise<void>): JobKind => ({
  run: work,
  attemptsMax: 6,
  pauseMs: 10_000,
  timeoutMs: 2 * minuteMs,
})

/** Throws to be tried again, or for good when the server said no. @param messageId the same for each attempt */
export async function post(
  { mail, publicUrl }: { mail: Mail; publicUrl: string },
  letter: Addressed,
  messageId: string,
): Promise<void> {
  const answer = await mail.send({ ...letter, messageId: `${messageId}@${new URL(publicUrl).hostname}` })
  if (answer.accepted) return
  if (answer.code === 'try-later' || answer.code === 'unreachable' || answer.code === 'ambiguous')
    throw new Error(`mail: ${answer.code}`)
  throw new JobFailedForGood(`mail: ${answer.code}`)
}

import { type Call, refuse } from '@floowe/platform'
import { beginAttempt } from './attempts.ts'
import { meOf } from './me.ts'
import type { Means } from './means.ts'
import { findByEmail, isPasswordOf, tellOfPerson } from './people.ts'
import { startSession } from './sessions.ts'

/** One refusal for an unknown e-mail and for a wrong password, after the same work. */
export async function signIn(means: Means, input: { email: string; password: string }, call: Call) {
  const attempt = await beginAttempt(means, input.email, call, 'locked')
  const person = await findByEmail(means, means.db, input.email)
  const isRight = await isPasswordOf(means, person?.passwordHash ?? null, input.password)
  if (!person || !isRight) return refuse('wrong-credentials')
  await attempt.succeeded()
  const { userId } = person
  const { session, answer } = await means.db.transaction(async (tx) => {
    const session = await startSession(means, tx, userId, call)
    await tellOfPerson(tx, { actor: userId, requestId: call.requestId }, userId, 'identity.signed-in')
    return { session, answer: await meOf(tx, userId, null) }
  })
  call.setSession(session)
  return answer
}

/**
 * What only the operator asks for, with the local credential: the archive of the whole installation, and changing its secret. Done by
 * `launch`; here is its door.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { credentialOf } from './api.ts'
import { localeOf, refusalBody } from './refusals.ts'
import type { Sessions } from './session.ts'

/** What the operator wants of a backup. `move`: its installation is retired with it. */
const BackupWish = z.strictObject({
  move: z
    .strictObject({
      /** Name of the archive, and where it goes, for whoever starts the retired installation. */
      archive: z.string().min(1).max(1000),
      to: z.string().max(1000).nullable(),
    })
    .nullable()
    .default(null),
})
export type BackupWish = z.infer<typeof BackupWish>

/** All of it throws an error named `StartRefused`, with a code and a sentence, when it cannot be done now. */
export type Operator = {
  backup: (wish: BackupWish) => Promise<Readable>
  secret: SecretWork
}
export type SecretWork = {
  /** Which keys there are, and what is sealed with each. */
  status: () => Promise<object>
  /** A new secret, or everything brought under the one there is: tells each step. May be repeated, and goes on where it ended. */
  rotate: () => AsyncIterable<object>
  /** Drops the older secrets when nothing needs them. */
  forget: () => Promise<object>
}

export function registerOperator(
  http: FastifyInstance,
  { backup, secret }: Operator,
  sessions: Sessions,
  cookieName: string,
): void {
  type Work = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  const forOperator =
    (work: Work): Work =>
    async (request, reply) => {
      const credential = credentialOf(request, cookieName)
      if (credential?.kind !== 'local')
        return refused(request, reply, credential ? [403, 'not-allowed'] : [401, 'not-signed-in'])
      await sessions.innerTokenFor(credential, null, request.id)
      reply.header('cache-control', 'no-store')
      try {
        return await work(request, reply)
      } catch (error) {
        if (!(error instanceof Error && error.name === 'StartRefused' && 'code' in error)) throw error
        return reply
          .code(409)
          .send({ defined: true, code: error.code, status: 409, message: error.message, data: null })
      }
    }
  const at = '/api/v1/installation'
  http.post(
    `${at}/backup`,
    forOperator(async (request, reply) => {
      const wish = BackupWish.safeParse(request.body ?? {})
      if (!wish.success) return refused(request, reply, [400, 'invalid-input'])
      const archive = await backup(wish.data)
      return reply.type('application/gzip').send(archive)
    }),
  )
  http.get(
    `${at}/secret`,
    forOperator(async (_request, reply) => reply.send(await secret.status())),
  )
  http.post(
    `${at}/secret/rotate`,
    forOperator(async (_request, reply) => {
      const steps = await lines(secret.rotate())
      return reply.type('application/x-ndjson').send(steps)
    }),
  )
  http.post(
    `${at}/secret/forget`,
    forOperator(async (_request, reply) => reply.send(await secret.forget())),
  )
}

const refused = (request: FastifyRequest, reply: FastifyReply, [status, code]: [number, string]): FastifyReply =>
  reply.code(status).send(refusalBody({ status, code }, localeOf(request.headers['accept-language'])))

/** One line of JSON for each; what is wrong before the first one is thrown here. */
async function lines(steps: AsyncIterable<object>): Promise<Readable> {
  const going = steps[Symbol.asyncIterator]()
  const first = await going.next()
  async function* written() {
    try {
      for (let step = first; !step.done; step = await going.next()) yield `${JSON.stringify(step.value)}\n`
    } finally {
      // Whoever asked may have gone away.
      await going.return?.()
    }
  }
  return Readable.from(written())
}

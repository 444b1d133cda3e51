import type { FastifyServerOptions } from 'fastify'

const notHere = () => () => {
  throw new Error('routes declare no schemas here: contracts check what comes and goes')
}

/** For `Fastify({ schemaController })`: it then loads no compilers of schemas, a hundred modules that no route would use. */
export const noSchemas: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: notHere, buildSerializer: notHere },
}

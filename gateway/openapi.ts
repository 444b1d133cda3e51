/** The OpenAPI 3.1 document of the REST door, made from the contracts. */
import { contracts } from '@floowe/contracts/index'
import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { frontOperations } from './operations.ts'

export type OpenApiDocument = {
  openapi: string
  info: { title: string; version: string; description: string }
  tags: { name: string; description?: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components: Record<string, unknown>
} & Record<string, unknown>
export type OpenApiOperation = {
  operationId: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[]
  requestBody?: { content: Record<string, { schema: unknown }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>
  security?: unknown[]
  'x-needs'?: string
}

const description = `Everything the Floowe app does, a script can do. Send an API key as \`Authorization: Bearer flo_…\` or \`X-API-Key\`; a key belongs to one workspace. People with several workspaces name one in the header \`Floowe-Workspace\` (its address name or id).

Unsafe requests may carry an \`Idempotency-Key\` (kept 24 hours). Refusals have the form \`{ code, status, message, data }\` with a stable code; \`message\` follows \`Accept-Language\` (pl, en). Limits are told in \`RateLimit\` headers.`

export async function makeOpenApi(serverUrl: string): Promise<OpenApiDocument> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const front = frontOperations()
  const router: Record<string, Record<string, unknown>> = {}
  for (const { service, name } of front)
    (router[service] ??= {})[name] = (contracts[service] as Record<string, unknown>)[name]
  const document = (await generator.generate(
    router as never,
    {
      // a router filtered by name has lost its exact type
      info: { title: 'Floowe', version: '1', description },
      servers: [{ url: `${serverUrl}/api/v1` }],
      tags: [...new Set(front.map(({ service }) => service[0]?.toUpperCase() + service.slice(1)))].map((name) => ({
        name,
      })),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'API key (flo_…) or session' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'floowe session' },
        },
      },
      security: [{ key: [] }, { cookie: [] }],
    } as never,
  )) as unknown as OpenApiDocument // the generator's own type leaves paths loose
  for (const { service, name, method, path, meta } of front) {
    const operation = document.paths[path]?.[method.toLowerCase()]
    if (!operation) continue
    operation.operationId = `${service}.${name}`
    operation['x-needs'] = meta.needs
    if (meta.needs === 'anyone') operation.security = []
    else
      (operation.parameters ??= []).push({
        name: 'Floowe-Workspace',
        in: 'header',
        required: false,
        description: 'address name or id of the workspace',
        schema: { type: 'string' },
      })
  }
  return document
}

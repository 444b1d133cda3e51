/**
 * Requests at random for every operation of the OpenAPI document: what it asks for, and what it does not: limits, other types,
 * strange signs, huge and deep values, doubled keys, bodies of another kind.
 */
import fc from 'fast-check'

export type Schema = {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  $ref?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  format?: string
  description?: string
}
export type Documented = {
  id: string
  method: string
  path: string
  parameters: { name: string; in: string; required?: boolean; schema?: Schema }[]
  /** By media type. */
  bodies: Record<string, Schema>
  statuses: number[]
}
export type Request = { target: string; headers: Record<string, string>; body: string | FormData | undefined }

type Document = {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        parameters?: Documented['parameters']
        requestBody?: { content: Record<string, { schema: Schema }> }
        responses: Record<string, unknown>
      }
    >
  >
}

export const operationsOf = ({ paths }: Document): Documented[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, responses }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      parameters: parameters.filter((parameter) => parameter.in !== 'header'),
      bodies: Object.fromEntries(
        Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema]),
      ),
      statuses: Object.keys(responses).map(Number),
    })),
  )

/** Signs that programs stumble over: NUL, halves of pairs, no width, other direction, noncharacters, very many marks. */
const oddText = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  '\ud800',
  'a\udfffb',
  '\u200b\u2060',
  '\u202eabc\u202c',
  '\uffff',
  `e${'\u0301'.repeat(2000)}`,
  '👩‍👩‍👧‍👦',
  'ﷺ'.repeat(400),
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00',
  '%zz',
  "'; drop table articles; --",
  '<script>alert(1)</script>',
  '{{7*7}}',
  'javascript:alert(1)',
  'http://169.254.169.254/',
  'null',
  '0190aaaa-0000-7000-8000-00000000000A',
  '9'.repeat(400),
  '1e999',
  '-0',
  'x'.repeat(100_000),
)
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53, -(2 ** 31) - 1, 1e308, [], {}, [[]], [null], { length: 1e9 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}')),
  fc.constant(Array.from({ length: 3000 }, (_, n) => n)),
)
const deep = (depth: number): string => `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`

const instant = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const byFormat: Record<string, fc.Arbitrary<string>> = {
  'date-time': instant,
  date: instant.map((text) => text.slice(0, 10)),
  uri: fc.webUrl(),
  email: fc.emailAddress(),
  uuid: fc.uuid({ version: 7 }),
}

export function requestsFor(operation: Documented, known: Readonly<Record<string, string>>): fc.Arbitrary<Request> {
  const text = (schema: Schema): fc.Arbitrary<string> => {
    const kind = /^(\w+) \(UUID\)$/.exec(schema.description ?? '')?.[1]
    const own = kind === undefined ? undefined : known[kind]
    if (own !== undefined) return fc.oneof({ weight: 4, arbitrary: fc.constant(own) }, fc.uuid({ version: 7 }))
    const made = byFormat[schema.format ?? '']
    if (made) return made
    const limits = { minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 60, 400) }
    const words = fc.string({ unit: 'grapheme', ...limits })
    return fc.oneof(
      words,
      fc.constantFrom('pl', 'en', 'abc', 'a-b-c', 'Europe/Warsaw', '2027-03-28T09:00', '2027-03-28', '/a', '#a1b2c3'),
      fc.constant('ż'.repeat(schema.maxLength ?? 100)),
      fc.constant('ż'.repeat((schema.maxLength ?? 100) + 1)),
    )
  }
  const valueOf = (schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    if (depth > 6) return fc.constant(null)
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    const choices = schema.anyOf ?? schema.oneOf
    if (choices) return fc.oneof(...choices.map((choice) => valueOf(choice, depth + 1)))
    const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'any']
    return fc.oneof(...types.map((type) => valueOfType(type, schema, depth)))
  }
  const valueOfType = (type: string, schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    if (type === 'string') return text(schema)
    if (type === 'boolean') return fc.boolean()
    if (type === 'null') return fc.constant(null)
    if (type === 'integer' || type === 'number') {
      const [min, max] = [schema.minimum ?? -10, schema.maximum ?? 1000]
      return fc.oneof(
        fc.integer({ min: Math.ceil(min), max: Math.min(Math.floor(max), 2 ** 31 - 1) }),
        fc.constantFrom(min, max, min - 1, max + 1),
      )
    }
    if (type === 'array')
      return fc.array(valueOf(schema.items ?? {}, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      })
    if (type === 'object') return objectOf(schema, depth)
    return fc.oneof(someBody, fc.jsonValue({ maxDepth: 4 }))
  }
  const objectOf = (schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    const properties = Object.entries(schema.properties ?? {})
    return fc.record(Object.fromEntries(properties.map(([name, inside]) => [name, valueOf(inside, depth + 1)])), {
      requiredKeys: schema.required ?? [],
      noNullPrototype: true,
    })
  }
  /** Right but for one place. */
  const bent = (schema: Schema): fc.Arbitrary<unknown> => {
    const names = Object.keys(schema.properties ?? {})
    if (names.length === 0) return oddValue
    return fc
      .tuple(objectOf(schema, 0), fc.constantFrom(...names), oddValue)
      .map(([value, name, odd]) => ({ ...(value as Record<string, unknown>), [name]: odd }))
  }
  const json = operation.bodies['application/json']
  const form = operation.bodies['multipart/form-data']
  const body: fc.Arbitrary<{ body: Request['body']; type?: string }> = form
    ? formsOf(text)
    : json
      ? fc.oneof(
          { weight: 5, arbitrary: valueOf(json, 0).map((value) => ({ body: JSON.stringify(value) })) },
          { weight: 4, arbitrary: bent(json).map((value) => ({ body: JSON.stringify(value) })) },
          { weight: 1, arbitrary: oddValue.map((value) => ({ body: JSON.stringify(value) })) },
          { weight: 1, arbitrary: brokenBodies },
        )
      : fc.constant({ body: undefined })
  const target = fc
    .tuple(
      ...operation.parameters.map(({ name, in: place, required, schema = {} }) =>
        fc
          .oneof(
            { weight: 4, arbitrary: valueOf(schema, 0) },
            { weight: 1, arbitrary: oddText },
            ...(required || place === 'path' ? [] : [{ weight: 2, arbitrary: fc.constant(undefined) }]),
          )
          .map((value) => ({ name, place, value: value === undefined ? undefined : String(value).slice(0, 3000) })),
      ),
    )
    .map((given) => targetOf(operation.path, given))
  const language = fc.constantFrom('pl', 'en', 'de, *;q=0', '\u00ff'.repeat(50))
  return fc.record({ target, body, language }).map(({ target: to, body: sent, language: spoken }) => ({
    target: to,
    headers: { 'accept-language': spoken, ...(sent.type ? { 'content-type': sent.type } : {}) },
    body: sent.body,
  }))
}

const someBody = fc.constantFrom(
  { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Tekst' }] }] },
  { type: 'doc', content: [{ type: 'table', content: [] }] },
  { type: 'doc', content: [{ type: 'image', attrs: { src: 'javascript:alert(1)', alt: 5 } }] },
  { type: 'doc', content: [{ type: 'heading', attrs: { level: 99 }, content: [{ type: 'text', text: '\ud800' }] }] },
  { type: 'doc', content: [{ type: 'source', attrs: { format: 'html', value: '<b>'.repeat(5000) } }] },
)
const brokenBodies = fc.constantFrom<{ body: string; type?: string }>(
  { body: '' },
  { body: '{' },
  { body: '{"title":"a","title":"b","__proto__":{"x":1}}' },
  { body: '\u0000' },
  { body: '\ufeff{}' },
  { body: deep(5000) },
  { body: '[]' },
  { body: '"x"' },
  { body: '{}', type: 'text/plain' },
  { body: '<a/>', type: 'application/xml' },
  { body: 'a=1&a=2', type: 'application/x-www-form-urlencoded' },
  { body: '--x\r\n\r\n', type: 'multipart/form-data; boundary=x' },
  { body: 'x', type: 'multipart/form-data' },
  { body: '{}', type: 'application/json; charset=utf-16' },
  { body: '{}', type: '\u00ff' },
)

const formsOf = (text: (schema: Schema) => fc.Arbitrary<string>) =>
  fc
    .record({
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc
          .constantFrom(
            '',
            '{"db":[{"data":{"posts":[{"id":"1"}]}}]}',
            '<rss><channel>',
            '---\na: [\n---\n',
            '# A\n',
            'PK\u0003\u0004',
            '<svg/>',
            'GIF89a',
            '%PDF-1.4',
            '\u0089PNG\r\n\u001a\n',
          )
          .map((content) => Buffer.from(content, 'latin1')),
      ),
      name: fc.oneof(fc.constantFrom('a.md', 'a.zip', 'a.xml', 'a.json', 'a.png', '../a.svg', ''), text({})),
      field: fc.constantFrom('file', 'file', 'file', 'other'),
      more: fc.constantFrom({}, { language: 'pl' }, { format: 'ghost' }, { format: 'x', language: '\u0000', alt: 'a' }),
    })
    .map(({ bytes, name, field, more }) => {
      const body = new FormData()
      body.append(field, new File([bytes as Uint8Array<ArrayBuffer>], name.toWellFormed()))
      for (const [key, value] of Object.entries(more)) body.append(key, value)
      return { body }
    })

function targetOf(path: string, given: readonly { name: string; place: string; value: string | undefined }[]): string {
  const query = new URLSearchParams()
  let target = path
  for (const { name, place, value } of given) {
    if (value === undefined) continue
    if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value.toWellFormed()) || '%20')
    else query.append(name, value.toWellFormed())
  }
  return query.size > 0 ? `${target}?${query}` : target
}

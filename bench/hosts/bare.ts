/**
 * What one would write by hand without Floowe: Fastify and `pg`, nothing else. The content API's own statements, a save as one
 * transaction of the same rows, and the same bytes from memory.
 */
import { hash } from 'node:crypto'
import fastify from 'fastify'
import pg from 'pg'

type Given = { database: pg.PoolConfig; workspaceId: string; headers: Record<string, string>; base: string }
const { database, workspaceId, headers, base } = JSON.parse(process.env['BENCH_GIVEN'] ?? '{}') as Given // written by the suite

// As Floowe's own: connections, time limits, prepared statements.
const poolOf = (schema: string) =>
  new pg.Pool({ ...database, max: 6, statement_timeout: 60_000, options: `-c search_path=${schema},public` })
const site = poolOf('site')
const content = poolOf('content')

// The statements of services/site/store/editions.ts: listEditions, countEditions, editionWithSiblings.
const list = `select e.answer as json, e.language, e.slug, e.snapshot_hash from editions e where e.workspace_id = $1 and e.state = 'live' and e.type = $2 and e.language = $3 order by e.published_at desc, e.edition_id desc limit $4 offset $5`
const count =
  'select coalesce(sum(live), 0)::int as n from totals where workspace_id = $1 and type = $2 and language = $3'
const one = `select e.answer, e.state, e.language, e.slug, e.article_id, e.snapshot_hash,
       (select coalesce(json_agg(json_build_object('language', s.language, 'slug', s.slug) order by s.language), '[]') from editions s where s.workspace_id = $1 and s.article_id = e.article_id and s.state = 'live') as siblings
     from editions e where e.workspace_id = $1 and e.language = $2 and e.slug = $3 order by e.state = 'live' desc, e.updated_at desc limit 1`

type Listed = { json: string; slug: string; snapshot_hash: string }
type One = { answer: string; slug: string; snapshot_hash: string; siblings: { language: string; slug: string }[] }
type Query = { limit?: string; offset?: string; language?: string }
const addressOf = (slug: string): string => `${base}${slug}`
const etagOf = (text: string): string => `W/"${hash('sha1', text, 'base64url')}"`

const app = fastify()

app.get('/api/content/v1/:workspace/articles', async (request, reply) => {
  const { limit = '10', offset = '0', language = 'en' } = request.query as Query
  const [rows, total] = await Promise.all([
    site.query<Listed>({
      name: 'list',
      text: list,
      values: [workspaceId, 'article', language, Number(limit), Number(offset)],
    }),
    site.query<{ n: number }>({ name: 'count', text: count, values: [workspaceId, 'article', language] }),
  ])
  const items = rows.rows.map((row) => `${row.json},"url":${JSON.stringify(addressOf(row.slug))}}`)
  reply.headers({
    ...headers,
    etag: etagOf(`${total.rows[0]?.n} ${rows.rows.map((row) => row.snapshot_hash).join(' ')}`),
  })
  return reply.send(
    `{"items":[${items.join(',')}],"total":${total.rows[0]?.n},"limit":${Number(limit)},"offset":${Number(offset)}}`,
  )
})

app.get('/api/content/v1/:workspace/articles/:slug', async (request, reply) => {
  const { language = 'en' } = request.query as Query
  const { slug } = request.params as { slug: string } // the route names it
  const {
    rows: [row],
  } = await site.query<One>({ name: 'one', text: one, values: [workspaceId, language, slug] })
  if (!row) return reply.code(404).send()
  const alternates = row.siblings.map((sibling) => ({ ...sibling, url: addressOf(sibling.slug) }))
  reply.headers({ ...headers, etag: etagOf(`${row.snapshot_hash} ${row.slug}`) })
  return reply.send(
    `${row.answer},"url":${JSON.stringify(addressOf(row.slug))},"editions":${JSON.stringify(alternates)}}`,
  )
})

/** The limit: bytes that lie ready. */
const ready = new Map<string, Buffer>()
app.get('/memory/*', async (request, reply) => {
  const known = ready.get(request.url)
  if (known) return reply.headers(headers).send(known)
  const made = Buffer.from((await app.inject(request.url.replace('/memory/', '/'))).rawPayload)
  ready.set(request.url, made)
  return reply.headers(headers).send(made)
})

// The rows of services/content/store/jsonb-editions.ts (`saveStatement`) and platform/outbox/outbox.ts.
const save = `
  with saved as (
    update editions e set title = $4, slug = $5, words = $6, refs = $7, version_id = $8, revision = e.revision + 1, updated_at = $9, doc = e.doc || $10::jsonb
    where e.workspace_id = $1 and e.id = $2 and e.revision = $3 returning e.id, e.article_id, e.revision),
  added as (
    insert into versions (workspace_id, id, edition_id, number, reason, title, words, refs, doc, body, created_at)
    select $1, $8, saved.id, 1 + coalesce((select max(v.number) from versions v where v.workspace_id = $1 and v.edition_id = $2), 0), 'saved', $4, $6, $7, $11, $12, $9 from saved),
  touched as (update articles a set updated_at = $9, title = case when a.title_edition_id = saved.id then $4 else a.title end from saved where a.workspace_id = $1 and a.id = saved.article_id)
  select * from saved`
// A table of its own: from the service's outbox Floowe would fetch the row.
await content.query('create table if not exists bare_outbox (like outbox including all)')
const announce =
  'insert into bare_outbox (id, workspace_id, name, key, actor, request_id, at, data) values ($1, $2, $3, $4, $5, $6, $7, $8)'
// Somebody; the same fields as Floowe writes, so that the rows are as long and can be read through it.
const actor = crypto.randomUUID()
const meta = { title: '', description: '', canonicalUrl: null, keyphrase: '', isHidden: false }
type Save = { basedOn: number; title: string; lead: string; slug: string; body: unknown }

app.put('/api/v1/editions/:id', { bodyLimit: 4 * 1024 * 1024 }, async (request, reply) => {
  const { id } = request.params as { id: string } // the route names it
  const { basedOn, title, lead, slug, body } = request.body as Save // sent by the suite
  const at = new Date().toISOString()
  const doc = { lead, meta, keepsSlug: true, updatedBy: actor, newest: { reason: 'saved', by: actor, at } }
  const versionDoc = { slug, lead, meta, note: '', createdBy: actor }
  const client = await content.connect()
  try {
    await client.query('begin')
    const {
      rows: [row],
    } = await client.query<{ revision: number }>({
      name: 'save',
      text: save,
      values: [
        workspaceId,
        id,
        basedOn,
        title,
        slug,
        900,
        [],
        crypto.randomUUID(),
        at,
        JSON.stringify(doc),
        JSON.stringify(versionDoc),
        JSON.stringify(body),
      ],
    })
    if (!row) {
      await client.query('rollback')
      return reply.code(409).send()
    }
    await client.query({
      name: 'announce',
      text: announce,
      values: [
        crypto.randomUUID(),
        workspaceId,
        'content.edition-saved',
        id,
        actor,
        null,
        at,
        JSON.stringify({ editionId: id, revision: row.revision }),
      ],
    })
    await client.query('commit')
    return { id, revision: row.revision, title, lead, slug, body }
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
})

await app.listen({ host: '127.0.0.1', port: Number(process.env['BENCH_PORT']) })
console.log('ready')

/**
 * Text that wants to act in the app's name, by every way it can come: the editor's body, Markdown, WordPress, Ghost, names and
 * descriptions, pictures' words, the site's own settings. It is published, and read by somebody who is signed in.
 */
import type { APIResponse, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openContext, signIn } from './browser.ts'

const steal = 'fetch("/api/v1/me").then(r=>r.text()).then(t=>{document.title="STOLEN "+t})'
const html = [
  `<script>${steal}</script>`,
  `<img src=x onerror='${steal}'>`,
  `<svg><script>${steal}</script></svg>`,
  `<iframe srcdoc="<script>parent.document.title='STOLEN'</script>"></iframe>`,
  `<a href="javascript:document.title='STOLEN'" class="bait">x</a>`,
  '<form action="/api/v1/session" method="post"><button class="bait">x</button></form>',
  '<math><mtext><table><mglyph><style><img src=x onerror=document.title="STOLEN">',
  '</article></main></body><script>document.title="STOLEN"</script>',
].join('\n\n')
/** For places that hold words: short enough for all of them. */
const words = `"'>]]></title><img src=x onerror=document.title="STOLEN">`

const slug = `hostile-${Date.now()}`
let page: Page
beforeAll(async () => {
  page = (await openContext({ locale: 'en' })).page
  await signIn(page)
  const answer = await page.request.post('/api/v1/workspaces', {
    data: { name: `Hostile ${words}`, slug, language: 'en', zone: 'Europe/Warsaw' },
    headers: { origin: inject('access').url },
  })
  expect(answer.status()).toBe(201)
})
afterAll(async () => {
  await ask('delete', '/workspace', { confirm: slug })
  await page.context().close()
})

async function ask<Result>(
  method: 'get' | 'post' | 'patch' | 'delete',
  target: string,
  data?: object,
): Promise<Result> {
  return answerOf(
    target,
    await page.request[method](`/api/v1${target}`, {
      ...(data && { data }),
      headers: { origin: inject('access').url, 'floowe-workspace': slug },
    }),
  )
}
async function send<Result>(target: string, file: { name: string; mimeType: string; buffer: Buffer }): Promise<Result> {
  const headers = { origin: inject('access').url, 'floowe-workspace': slug }
  return answerOf(target, await page.request.post(`/api/v1${target}`, { multipart: { file }, headers }))
}
async function answerOf<Result>(target: string, answer: APIResponse): Promise<Result> {
  if (!answer.ok()) throw new Error(`${target} answered ${answer.status()}: ${await answer.text()}`)
  return (await answer.json()) as Result
}

type Article = { id: string; type: string; revision: number; editions: { id: string; language: string }[] }
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function write(): Promise<void> {
  const media = await send<{ id: string }>('/media', { name: 'dot.png', mimeType: 'image/png', buffer: dot })
  await ask('patch', `/media/${media.id}`, { alt: words, caption: words, credit: words })
  const text = (value: string) => ({ type: 'text', text: value })
  const { article } = await ask<{ article: Article }>('post', '/articles', {
    language: 'en',
    title: `Editor ${words}`,
    lead: words,
    tags: [`tag ${words}`],
    categories: [`section ${words}`],
    body: {
      type: 'doc',
      content: [
        { type: 'paragraph', content: [text(`${words} and more words than a first letter needs. `.repeat(5))] },
        { type: 'source', attrs: { format: 'html', value: html } },
        { type: 'image', attrs: { src: `media:${media.id}`, alt: words, title: words, caption: words } },
        { type: 'callout', attrs: { kind: 'note', title: words }, content: [{ type: 'paragraph' }] },
        { type: 'codeBlock', attrs: { language: words }, content: [text(html)] },
        { type: 'embed', attrs: { src: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', provider: words, title: words } },
      ],
    },
  })
  await ask('patch', `/articles/${article.id}`, {
    basedOn: article.revision,
    coverId: media.id,
    authors: [`author ${words}`],
  })
}

const markdown = `---
title: 'Markdown <script>document.title="STOLEN"</script>'
description: '<img src=x onerror=document.title="STOLEN">'
author: '<b onmouseover=alert(1)>M</b>'
tags: ['<script>x</script>']
canonical: 'javascript:alert(1)'
---

${html}

[x](javascript:alert(1)) ![x"onerror="alert(1)](x"onerror="alert(1))
`
const wordpress = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>x</title><link>https://old.example</link><language>en</language><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://old.example</wp:base_site_url>
<wp:author><wp:author_login>eve</wp:author_login><wp:author_display_name><![CDATA[Eve <script>document.title="STOLEN"</script>]]></wp:author_display_name></wp:author>
<item><title><![CDATA[WordPress <script>document.title="STOLEN"</script>]]></title><link>https://old.example/javascript:alert(1)</link><dc:creator>eve</dc:creator>
<category domain="category" nicename="c"><![CDATA[<script>document.title="STOLEN"</script>]]></category>
<content:encoded><![CDATA[${html.replaceAll(']]>', '')}\n\n[gallery ids="<script>"]]]></content:encoded><excerpt:encoded><![CDATA[<img src=x onerror=document.title="STOLEN">]]></excerpt:encoded>
<wp:post_id>1</wp:post_id><wp:post_date>2020-01-01 10:00:00</wp:post_date><wp:post_date_gmt>2020-01-01 09:00:00</wp:post_date_gmt><wp:post_name>wp</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
</channel></rss>`
const ghost = JSON.stringify({
  db: [
    {
      meta: { version: '5.130.4' },
      data: {
        posts: [
          {
            id: 'p1',
            title: `Ghost ${words}`,
            slug: 'ghost',
            html,
            type: 'post',
            status: 'published',
            custom_excerpt: words,
            canonical_url: 'javascript:alert(1)',
            codeinjection_head: html,
            codeinjection_foot: html,
            published_at: '2020-01-01T10:00:00.000Z',
          },
        ],
        posts_meta: [{ post_id: 'p1', meta_title: `meta ${words}`, meta_description: words }],
        users: [{ id: 'u1', name: `Ghost author ${words}`, slug: 'g', bio: words }],
        tags: [{ id: 't1', name: `Ghost tag ${words}`, slug: 'g', description: words }],
        posts_tags: [{ post_id: 'p1', tag_id: 't1' }],
        posts_authors: [{ post_id: 'p1', author_id: 'u1' }],
      },
    },
  ],
})

async function take(name: string, mimeType: string, content: string): Promise<void> {
  const { id } = await send<{ id: string }>('/imports', { name, mimeType, buffer: Buffer.from(content) })
  const state = async () => (await ask<{ state: string }>('get', `/imports/${id}`)).state
  await expect.poll(state, { timeout: 20_000 }).toBe('done')
}

/** @returns the addresses of what is live now */
async function publishAll(): Promise<string[]> {
  const channels = await ask<{ id: string; network: string }[]>('get', '/channels')
  const channelId = channels.find(({ network }) => network === 'floowe-site')?.id
  const { items } = await ask<{ items: Article[] }>('get', '/articles?limit=50')
  const addresses: string[] = []
  for (const { id, editions } of items) {
    for (const { id: editionId } of editions)
      await ask('post', '/deliveries', { editionId, channelId, when: { now: true } })
    const live = () => ask<{ url: string }[]>('get', `/site/articles/${id}`)
    await expect.poll(async () => (await live()).length, { timeout: 10_000 }).toBe(editions.length)
    addresses.push(...(await live()).map(({ url }) => url))
    const preview = await ask<{ url: string }>('post', `/editions/${editions[0]?.id}/preview-links`, {})
    addresses.push(preview.url)
  }
  return addresses
}

async function describeAll(): Promise<string[]> {
  const addresses: string[] = []
  const folders = { tag: 'tags', category: 'categories', author: 'authors' } as const
  for (const kind of ['tag', 'category', 'author'] as const) {
    const { items } = await ask<{ items: { id: string; slug: string }[] }>('get', `/terms?kind=${kind}&limit=50`)
    expect(items.length, kind).toBeGreaterThan(0)
    for (const { id, slug: term } of items) {
      await ask('patch', `/terms/${id}`, { description: words })
      addresses.push(`/site/${slug}/${folders[kind]}/${term}`)
    }
  }
  return addresses
}

test("hostile text published by any way cannot act in the app's name", async () => {
  await write()
  await take('a.md', 'text/markdown', markdown)
  await take('a.xml', 'text/xml', wordpress)
  await take('a.json', 'application/json', ghost)
  const terms = await describeAll()
  await ask('patch', '/site', {
    name: `Site ${words}`,
    tagline: words,
    footers: { en: `${words}\n\n${words}` },
    menus: { en: [{ label: words.slice(0, 60), href: `https://x.example/${encodeURI(words)}` }] },
  })
  await expect(
    ask('patch', '/site', { menus: { en: [{ label: 'x', href: "javascript:document.title='STOLEN'" }] } }),
  ).rejects.toThrow('invalid-input')
  const live = await publishAll()
  const asked = encodeURIComponent(words)
  const lists = ['', 'search', `search?q=${asked}`, `search?q=script`, `nothing-${asked}`, `?page=${asked}`]
  expect(live).toHaveLength(8)
  for (const address of [...live, ...terms, ...lists.map((path) => `/site/${slug}/${path}`)]) await visit(address)
})

/** Opens a page as somebody who is signed in, clicks the baits, and looks at what it could do. */
async function visit(address: string): Promise<void> {
  const asked: string[] = []
  const listen = (request: { url: () => string }): void => void asked.push(new URL(request.url()).pathname)
  page.on('request', listen)
  const answer = await page.goto(address)
  await page.waitForLoadState('networkidle')
  for (const bait of await page.locator('.bait').all()) await bait.click({ timeout: 300 }).catch(() => undefined)
  page.off('request', listen)
  expect(
    asked.filter((path) => path.startsWith('/api/')),
    address,
  ).toEqual([])
  expect(await page.title(), address).not.toMatch(/^STOLEN/)
  expect(await page.evaluate(foundInPage), address).toEqual([])
  expect(answer?.headers()['content-security-policy'], address).toMatch(/sandbox(?!.*allow-same-origin)/)
  // Even a script that got through could not read the app: its origin is opaque.
  const stolen = await page
    .evaluate(() =>
      fetch('/api/v1/me', { credentials: 'include' }).then(
        (one) => one.text(),
        (error: Error) => error.name,
      ),
    )
    .catch((error: Error) => error.name)
  expect(stolen, address).not.toContain('@')
}

/** Runs in the page: what may run something, by the document the browser made of it. */
function foundInPage(): string[] {
  return [...document.querySelectorAll('*')].flatMap((element) => [
    ...(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'STYLE', 'BASE'].includes(element.tagName) &&
    !element.matches('[type="application/ld+json"], head > style')
      ? [element.outerHTML]
      : []),
    ...[...element.attributes]
      .filter(({ name, value }) => /^on|^style$|^srcdoc$/i.test(name) || /^\s*(?:javascript|vbscript):/i.test(value))
      .map(({ name, value }) => `${element.tagName} ${name}=${value}`),
  ])
}

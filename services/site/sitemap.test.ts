import { expect, test } from 'vitest'
import { createAddresses } from './addresses.ts'
import { sitemap, sitemapIndex } from './sitemap.ts'
import type { Site } from './store/sites.ts'

const addresses = createAddresses('https://x.example', 'pl')
const site = { language: 'pl' } as Site

test('a large site is told of in several files', () => {
  const { body } = sitemapIndex(addresses, 3)
  expect([...body.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1])).toEqual([
    'https://x.example/sitemap.xml?page=1',
    'https://x.example/sitemap.xml?page=2',
    'https://x.example/sitemap.xml?page=3',
  ])
  expect(sitemapIndex(addresses, 10_000).body.match(/<loc>/g)).toHaveLength(500)
})

test('editions of one article name each other, the site’s own language is the standard', () => {
  const entry = (language: string, slug: string) => ({
    article_id: 'a',
    language,
    slug,
    updated_at: new Date('2026-11-01T00:00:00Z'),
  })
  const { body } = sitemap(addresses, site, [entry('en', 'map'), entry('pl', 'mapa')], ['pl'])
  expect(body.match(/hreflang="x-default" href="https:\/\/x\.example\/mapa"/g)).toHaveLength(2)
  expect(body).toContain('<loc>https://x.example/</loc>')
  expect(body).toContain('<lastmod>2026-11-01T00:00:00.000Z</lastmod>')
})

/** What search engines are told of: the sitemap with its languages, and robots.txt. */
import type { Addresses } from './addresses.ts'
import { html as xml } from './pages/html.ts'
import type { Answer } from './serving.ts'
import type { MapEntry } from './store/editions.ts'
import type { Site } from './store/sites.ts'

/** Addresses in one file; search engines take at most 50,000 in 50 MB. */
export const mapEntriesMax = 10_000
/** Files of one site. */
const mapFilesMax = 500

const type = 'application/xml; charset=utf-8'

/** @param homes languages with a front page; only in the first file. */
export function sitemap(
  addresses: Addresses,
  site: Site,
  entries: readonly MapEntry[],
  homes: readonly string[],
): Answer {
  const groups = new Map<string, MapEntry[]>()
  for (const entry of entries) groups.set(entry.article_id, [...(groups.get(entry.article_id) ?? []), entry])
  const urls = [
    ...pages(
      homes.map((language) => ({ language, path: addresses.home(language), updatedAt: null })),
      addresses,
      site,
    ),
    ...[...groups.values()].flatMap((group) =>
      pages(
        group.map((entry) => ({
          language: entry.language,
          path: addresses.article(entry.language, entry.slug),
          updatedAt: entry.updated_at.toISOString(),
        })),
        addresses,
        site,
      ),
    ),
  ]
  const body = xml`<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${urls}</urlset>
`
  return { status: 200, type, body: body.html }
}

type Entry = { language: string; path: string; updatedAt: string | null }

/** One `<url>` for each language, each naming all of them. */
function pages(entries: readonly Entry[], addresses: Addresses, site: Site) {
  const first = entries.find((entry) => entry.language === site.language) ?? entries[0]
  const alternates =
    entries.length < 2 || !first
      ? null
      : xml`${entries.map(
          (entry) => xml`<xhtml:link rel="alternate" hreflang="${entry.language}" href="${addresses.full(entry.path)}"/>
`,
        )}<xhtml:link rel="alternate" hreflang="x-default" href="${addresses.full(first.path)}"/>
`
  return entries.map(
    (entry) => xml`<url>
<loc>${addresses.full(entry.path)}</loc>
${
  entry.updatedAt === null
    ? null
    : xml`<lastmod>${entry.updatedAt}</lastmod>
`
}${alternates}</url>
`,
  )
}

export function sitemapIndex(addresses: Addresses, files: number): Answer {
  const body = xml`<?xml version="1.0" encoding="utf-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${Array.from(
  { length: Math.min(files, mapFilesMax) },
  (_, index) => xml`<sitemap><loc>${addresses.full(`/sitemap.xml?page=${index + 1}`)}</loc></sitemap>
`,
)}</sitemapindex>
`
  return { status: 200, type, body: body.html }
}

export function robots(addresses: Addresses, site: Site): Answer {
  const body = site.isListed
    ? `User-agent: *\nDisallow: ${new URL(addresses.full('/search')).pathname}\n\nSitemap: ${addresses.full('/sitemap.xml')}\n`
    : 'User-agent: *\nDisallow: /\n'
  return { status: 200, type: 'text/plain; charset=utf-8', body }
}

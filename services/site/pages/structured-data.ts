/** What search engines read beside the words: schema.org as JSON-LD. */
import type { ContentAnswer } from '../content-forms.ts'
import { type Frame, fileAddress } from './frame.ts'
import { socialPictureOf } from './pieces.ts'

const publisher = (frame: Frame): unknown => ({
  '@type': 'Organization',
  name: frame.site.name,
  url: `${frame.addresses.base}/`,
  ...(frame.site.logo ? { logo: { '@type': 'ImageObject', url: fileAddress(frame, frame.site.logo.url) } } : {}),
})

export function articleData(frame: Frame, content: ContentAnswer, url: string): unknown {
  const { addresses } = frame
  const image = socialPictureOf(content.cover)
  return {
    '@context': 'https://schema.org',
    ...(content.type === 'page'
      ? { '@type': 'WebPage', name: content.title }
      : {
          '@type': 'Article',
          headline: content.title,
          wordCount: content.words,
          articleSection: content.categories[0]?.name,
        }),
    description: content.meta.description || content.lead || undefined,
    image: image ? [fileAddress(frame, image.url)] : undefined,
    datePublished: content.publishedAt,
    dateModified: content.updatedAt,
    inLanguage: content.language,
    url,
    mainEntityOfPage: url,
    author:
      content.authors.length > 0
        ? content.authors.map((author) => ({
            '@type': 'Person',
            name: author.name,
            url: addresses.full(addresses.term('author', content.language, author.slug)),
          }))
        : publisher(frame),
    publisher: publisher(frame),
    isAccessibleForFree: true,
    keywords: content.tags.length > 0 ? content.tags.map((tag) => tag.name) : undefined,
  }
}

type Crumb = { name: string; url: string }
const crumbs = (list: readonly Crumb[]): unknown => ({
  '@context': 'https://schema.org',
  '@type': 'BreadcrumbList',
  itemListElement: list.map((crumb, index) => ({
    '@type': 'ListItem',
    position: index + 1,
    name: crumb.name,
    item: crumb.url,
  })),
})

export function breadcrumbs(frame: Frame, content: ContentAnswer): unknown {
  const { addresses, site } = frame
  const [category] = content.categories
  return crumbs([
    { name: site.name, url: addresses.full(addresses.home(content.language)) },
    ...(category
      ? [{ name: category.name, url: addresses.full(addresses.term('category', content.language, category.slug)) }]
      : []),
    { name: content.title, url: addresses.full(addresses.article(content.language, content.slug)) },
  ])
}

export const listBreadcrumbs = (frame: Frame, name: string, path: string): unknown =>
  crumbs([
    { name: frame.site.name, url: frame.addresses.full(frame.addresses.home(frame.language)) },
    { name, url: frame.addresses.full(path) },
  ])

/** The site and its search. */
export const siteData = (frame: Frame): unknown => ({
  '@context': 'https://schema.org',
  '@type': 'WebSite',
  name: frame.site.name,
  url: frame.addresses.full(frame.addresses.home(frame.language)),
  inLanguage: frame.language,
  description: frame.site.tagline || undefined,
  publisher: publisher(frame),
  potentialAction: {
    '@type': 'SearchAction',
    target: {
      '@type': 'EntryPoint',
      urlTemplate: `${frame.addresses.full(frame.addresses.search(frame.language))}?q={search_term_string}`,
    },
    'query-input': 'required name=search_term_string',
  },
})

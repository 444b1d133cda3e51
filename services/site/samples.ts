/** Snapshots for tests, as publishing would hand them over. */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Put } from './snapshots.ts'

export const workspaceId = '0190bbbb-0000-7000-8000-000000000001'
export const otherWorkspaceId = '0190bbbb-0000-7000-8000-000000000002'

/** A valid id made from a small number; `kind` keeps different sorts apart. */
export const idOf = (kind: number, number: number): string =>
  `0190cccc-0000-7${String(kind).padStart(3, '0')}-8000-${String(number).padStart(12, '0')}`

type Given = Partial<Omit<SnapshotContent, 'meta'>> & { meta?: Partial<SnapshotContent['meta']> }

export function snapshot(number: number, given: Given = {}): SnapshotContent {
  const language = given.language ?? 'pl'
  const title = given.title ?? `Artykuł ${number}`
  const html = given.html ?? `<p>Treść artykułu ${number}. Zaczęło się od mapy na serwetce.</p>\n`
  return {
    articleId: idOf(1, number),
    editionId: idOf(2, number * 10 + (language === 'pl' ? 0 : 1)),
    versionId: idOf(3, number),
    type: 'article',
    language,
    slug: `artykul-${number}`,
    title,
    lead: `Lead ${number}.`,
    html,
    text: html.replace(/<[^>]+>/g, ' ').trim(),
    words: 120,
    readingMinutes: 1,
    authors: [],
    tags: [],
    categories: [],
    cover: null,
    firstPublishedAt: null,
    permalinks: [],
    ...given,
    meta: { title: '', description: '', canonicalUrl: null, keyphrase: '', isHidden: false, ...given.meta },
  } as SnapshotContent // ids are branded strings
}

/** The delivery of a snapshot; minutes of 2026-11-01 tell deliveries apart. */
export const delivery = (content: SnapshotContent, sequence: number): Put => ({
  deliveryId: idOf(4, sequence),
  sequence,
  snapshotId: idOf(5, sequence),
  hash: `hash-${content.editionId}-${sequence}`,
  content,
  publishedAt: new Date(Date.UTC(2026, 10, 1, 8, sequence)).toISOString(),
})

export const term = (number: number, name: string, slug: string) => ({ id: idOf(6, number) as never, name, slug }) // a branded id
export const author = (number: number, name: string, slug: string, description = '') => ({
  ...term(number, name, slug),
  description,
})

/** A picture with two sizes in two formats, as the media library makes them. */
export function coverOf(
  name: string,
  given: { caption?: string; credit?: string; alt?: string } = {},
): NonNullable<SnapshotContent['cover']> {
  const variant = (width: number, type: 'webp' | 'jpeg') => ({
    width,
    height: Math.round((width * 2) / 3),
    url: `/media/${name}-${width}.${type}`,
    bytes: width * 90,
    type: `image/${type}`,
  })
  return {
    url: `/media/${name}.jpeg`,
    alt: given.alt ?? '',
    caption: given.caption ?? '',
    credit: given.credit ?? '',
    width: 1800,
    height: 1200,
    focalPoint: { x: 0.5, y: 0.4 },
    variants: [
      variant(480, 'webp'),
      variant(960, 'webp'),
      variant(1600, 'webp'),
      variant(480, 'jpeg'),
      variant(960, 'jpeg'),
      variant(1600, 'jpeg'),
    ],
  }
}

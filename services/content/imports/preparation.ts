/** From what a reader hands over to what is kept: files taken in, names made terms, every limit held. */
import { Meta } from '@floowe/contracts/content'
import { Language, type MediaId } from '@floowe/contracts/vocabulary'
import type { Host } from '@floowe/platform'
import { type Container, type IncomingItem, type Note, sourcesIn, withSources } from '../formats/index.ts'
import type { MediaLibrary } from '../media.ts'
import { mediaRef } from '../references.ts'
import { manyMedia } from '../store/media.ts'
import type { ArticleFields, MetaFields, Source, Text } from '../store/port.ts'
import { textOf } from '../texts.ts'
import { takeAttachments } from './attachments.ts'
import { mediaExportedAs, sourceOf, withoutRevisions } from './identity.ts'
import type { Running } from './running.ts'

export type Prepared = {
  hash: string
  language: Language
  text: Text
  fields: ArticleFields
  keepsSlug: boolean
  permalinks: string[]
  notes: Note[]
}

const limits = { tags: 100, categories: 100, authors: 20, permalinks: 50 } as const

/** @throws Refusal too-large */
export const createPreparation =
  (host: Host, media: MediaLibrary) =>
  async (running: Running, container: Container, item: IncomingItem, hash: string, slug: string): Promise<Prepared> => {
    const taken = await takeAttachments(host, media, running, container, item.attachments, running.by)
    const kept = await ourFiles(host, item, running.workspaceId)
    const own = (address: string): string | null => {
      const id = taken.media.get(address) ?? kept.get(address)
      return id ? mediaRef(id) : null
    }
    const language = Language.safeParse(item.language).data ?? running.language
    const notes = [...item.notes, ...taken.notes]
    const cut = <Entry>(name: keyof typeof limits, entries: readonly Entry[]): Entry[] => {
      if (entries.length > limits[name])
        notes.push({
          code: `too-many-${name}`,
          text: `only the first ${limits[name]} ${name} were taken`,
          values: { limit: limits[name] },
        })
      return entries.slice(0, limits[name])
    }
    const text = textOf(
      {
        title: item.title,
        slug,
        lead: item.lead,
        meta: metaOf(item),
        body: withSources(item.body, { src: own, href: own }),
      },
      host,
    )
    const { system, id } = sourceOf(item.groupId ?? item.sourceId)
    const source: Source = { system, id, permalink: item.permalinks[0] ?? null, status: item.status, date: item.date }
    const fields: ArticleFields = {
      type: item.type,
      source,
      extra: ownExtra(item),
      importedRevision: null,
      tags: await running.termIds('tag', cut('tags', item.tags)),
      categories: await running.termIds('category', cut('categories', item.categories)),
      authors: await running.termIds('author', cut('authors', item.authors)),
      coverId: (item.cover && (taken.media.get(item.cover.ref) ?? kept.get(item.cover.ref))) ?? null,
    }
    return {
      hash,
      language,
      text,
      fields,
      permalinks: cut('permalinks', item.permalinks),
      keepsSlug: item.slug !== null,
      notes,
    }
  }

/** Files of ours that an exported text names and that were not sent along: those the workspace has stay in place. */
async function ourFiles(host: Host, item: IncomingItem, workspaceId: string): Promise<ReadonlyMap<string, MediaId>> {
  const { src, href } = sourcesIn(item.body)
  const named = new Map(
    [...src, ...href, ...(item.cover ? [item.cover.ref] : [])].flatMap((address) => {
      const id = mediaExportedAs(address)
      return id ? [[address, id] as const] : []
    }),
  )
  const rows = await manyMedia(host.db, workspaceId, [...new Set(named.values())])
  return new Map([...named].filter(([, id]) => rows.some((row) => row.id === id)))
}

/** Front matter that has no field of its own, without what only an export says. */
function ownExtra({ extra }: IncomingItem): Record<string, unknown> {
  const { keyphrase, ...rest } = withoutRevisions(extra)
  return keyphraseOf(extra) === '' && keyphrase !== undefined ? { ...rest, keyphrase } : rest
}
const keyphraseOf = (extra: Readonly<Record<string, unknown>>): string =>
  Meta.shape.keyphrase.safeParse(extra['keyphrase']).data ?? ''

function metaOf({ meta, extra }: IncomingItem): MetaFields {
  const keyphrase = keyphraseOf(extra)
  const whole = Meta.safeParse({ ...meta, keyphrase })
  if (whole.success) return whole.data
  const title = Meta.shape.title.safeParse(meta.title).data ?? ''
  const description = Meta.shape.description.safeParse(meta.description.slice(0, 500)).data ?? ''
  const canonicalUrl = Meta.shape.canonicalUrl.safeParse(meta.canonicalUrl).data ?? null
  return { title, description, canonicalUrl, keyphrase, isHidden: meta.isHidden }
}

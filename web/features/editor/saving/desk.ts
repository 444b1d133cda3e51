/** One edition on the desk: its fields, its manuscript, and the saver that brings both to the server. Outlives re-renders. */
import type { Body } from '@floowe/contracts/body'
import type { Edition, Meta } from '@floowe/contracts/content'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import type { QueryClient } from '@tanstack/react-query'
import { api, client } from '../../../api/client.ts'
import { bodyOf } from '../manuscript/body-json.ts'
import { newId } from '../manuscript/new-id.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { judgeKept, type Kept, type KeptDrafts } from './kept-drafts.ts'
import { createSaver } from './saver.ts'
import { type Draft, fingerprint, textOfEdition } from './text.ts'

export type Fields = {
  title: string
  lead: string
  /** As the server has it, or as the person wants it. */
  slug: string
  /** The person chose it: it no longer follows the title. */
  isSlugChosen: boolean
  /** The chosen one is taken; `suggestion` is free. */
  slugProblem: { wanted: string; suggestion: string | null } | null
  meta: Meta
}

/** What the manuscript lets the desk do with it. */
export type ManuscriptHandle = { replace: (body: Body) => void }

export type Desk = ReturnType<typeof createDesk>

/** A closing page sends on so many bytes; more only fits into the browser's own storage. */
const lastBytesMax = 55_000

export function createDesk(
  edition: Edition,
  { queries, drafts, openTabs }: { queries: QueryClient; drafts: KeptDrafts; openTabs: ReadonlySet<string> },
) {
  const found = leftBehind(edition, drafts, openTabs)
  const begin: Draft = found.kept?.draft ?? { ...textOfEdition(edition) }
  let fields: Fields = {
    title: begin.title,
    lead: begin.lead,
    slug: begin.slug ?? edition.slug,
    isSlugChosen: begin.slug !== undefined,
    slugProblem: null,
    meta: begin.meta,
  }
  let doc: DocumentNode | null = null
  let beginning: Body = begin.body
  let manuscript: ManuscriptHandle | null = null
  let latest = edition
  const watchers = new Set<() => void>()
  const setFields = (patch: Partial<Fields>) => {
    fields = { ...fields, ...patch }
    for (const watcher of watchers) watcher()
  }
  const body = (): Body => (doc ? bodyOf(doc) : beginning)
  const read = (): Draft => ({
    title: fields.title.trim(),
    lead: fields.lead.trim(),
    body: body(),
    meta: fields.meta,
    ...(fields.isSlugChosen && fields.slug !== '' ? { slug: fields.slug.replace(/-+$/, '') } : {}),
  })
  const { queryKey } = api.content.getEdition.queryOptions({ input: { id: edition.id } })

  const saver = createSaver(
    edition,
    {
      read,
      show: (shown) => {
        beginning = shown.body
        manuscript?.replace(shown.body)
        setFields({
          title: shown.title,
          lead: shown.lead,
          slug: shown.slug,
          isSlugChosen: false,
          slugProblem: null,
          meta: shown.meta,
        })
      },
      send: (draft, { basedOn, reason, note, isLast }) => {
        const input = { id: edition.id, basedOn, ...draft, reason, note }
        const outlivesPage = isLast && new Blob([JSON.stringify(input)]).size <= lastBytesMax
        return client.content.saveEdition(input, { context: { outlivesPage } })
      },
      look: () => client.content.getEdition({ id: edition.id }),
      drafts,
      slugTaken: (suggestion) => setFields({ slugProblem: { wanted: fields.slug, suggestion }, isSlugChosen: false }),
      landed: (saved) => {
        latest = saved
        queries.setQueryData(queryKey, saved)
        // the address follows the title until the person or its readers settle it
        if (!fields.isSlugChosen && fields.slugProblem === null) setFields({ slug: saved.slug })
        else if (fields.slug === saved.slug) setFields({ isSlugChosen: false, slugProblem: null })
      },
      now: () => Date.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    },
    found.verdict,
  )
  if (found.kept && found.kept.tab !== drafts.tab) drafts.forget(edition.id, found.kept.tab)

  return {
    edition,
    saver,
    drafts,
    /** Text from an earlier visit that is shown now instead of the server's. */
    restored: found.verdict === 'restore' ? found.kept : null,
    /** The edition as the server answered last. */
    latest: () => latest,
    beginning: () => beginning,
    body,
    text: () => read(),
    fields: () => fields,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    change: (patch: Partial<Pick<Fields, 'title' | 'lead' | 'slug' | 'meta'>>) => {
      const clean: Partial<Fields> = { ...patch }
      if (patch.title !== undefined) clean.title = cleanLine(patch.title, 300)
      if (patch.lead !== undefined) clean.lead = cleanText(patch.lead, 1000)
      if (patch.slug !== undefined) Object.assign(clean, { isSlugChosen: true, slugProblem: null })
      setFields(clean)
      saver.typed()
    },
    typed: (now: DocumentNode) => {
      doc = now
      saver.typed()
    },
    /** The document as it is, without counting as a change. */
    shows: (now: DocumentNode) => {
      doc = now
    },
    connect: (handle: ManuscriptHandle) => {
      manuscript = handle
      return () => {
        beginning = body()
        manuscript = null
      }
    },
    /** Another text in place of the one shown, as if it had been typed. */
    replaceWith: (text: Draft) => {
      beginning = text.body
      manuscript?.replace(text.body)
      setFields({ title: text.title, lead: text.lead, meta: text.meta })
      saver.typed()
    },
    /** Someone else's text takes the place of ours; ours is put aside and can be looked at among the versions. */
    takeTheirs: (): boolean => {
      const ours = saver.takeTheirs()
      return ours !== null && drafts.putAside({ id: newId(), editionId: edition.id, at: Date.now(), draft: ours })
    },
  }
}

/** What an earlier visit left in this browser and what is to be done with it. */
function leftBehind(
  edition: Edition,
  drafts: KeptDrafts,
  openTabs: ReadonlySet<string>,
): { kept: Kept | null; verdict: 'none' | 'restore' | 'conflict' } {
  const server = { revision: edition.revision, fingerprint: fingerprint(textOfEdition(edition)) }
  for (const kept of drafts.find(edition.id)) {
    // another tab that is open still works on it
    if (kept.tab !== drafts.tab && openTabs.has(kept.tab)) continue
    const verdict = judgeKept(kept, server, fingerprint(kept.draft))
    if (verdict !== 'gone') return { kept, verdict }
    drafts.forget(edition.id, kept.tab)
  }
  return { kept: null, verdict: 'none' }
}

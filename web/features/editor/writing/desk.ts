/** One edition on the desk: its shared words, its details, and what the page asks of both. Outlives re-renders. */
import type { Body } from '@floowe/contracts/body'
import type { Edition, Meta } from '@floowe/contracts/content'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import type { QueryClient } from '@tanstack/react-query'
import { api, client } from '../../../api/client.ts'
import { bodyOf } from '../manuscript/body-json.ts'
import { createDetailsSaver } from './details.ts'
import type { EditionText } from './text.ts'
import type { Writing, WritingState } from './writing.ts'

export type Fields = {
  title: string
  lead: string
  /** As the server has it, or as the person wants it. */
  slug: string
  /** The chosen one is taken; `suggestion` is free. */
  slugProblem: { wanted: string; suggestion: string | null } | null
  meta: Meta
}

export type SavingState = WritingState & { error: unknown }

export type Desk = ReturnType<typeof createDesk>

/** A closing page sends on so many bytes. */
const lastBytesMax = 55_000
const calmMs = 300
/** Others' saves are looked at no more often. */
const lookMs = 2_000

export function createDesk(edition: Edition, writing: Writing, queries: QueryClient) {
  let doc: DocumentNode | null = null
  /** Text changed since it was kept as a version on purpose. */
  let isVersioned = false
  let stopLooking: (() => void) | null = null
  const watchers = new Set<() => void>()
  let fields: Fields = {
    title: writing.title.toString(),
    lead: writing.lead.toString(),
    slug: edition.slug,
    slugProblem: null,
    meta: edition.meta,
  }
  const setFields = (patch: Partial<Fields>) => {
    fields = { ...fields, ...patch }
    for (const watcher of watchers) watcher()
  }
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  }
  const details = createDetailsSaver(edition, {
    after,
    look: () => client.content.getEdition({ id: edition.id }),
    save: (known, { slug, meta }, isLast) => {
      const input = {
        id: edition.id,
        basedOn: known.revision,
        title: known.title,
        lead: known.lead,
        body: known.body,
        meta: { ...known.meta, ...meta },
        ...(slug ? { slug: slug.replace(/-+$/, '') } : {}),
        reason: 'autosaved' as const,
      }
      const outlivesPage = isLast && new Blob([JSON.stringify(input)]).size <= lastBytesMax
      return client.content.saveEdition(input, { context: { outlivesPage } })
    },
    landed: (saved) => {
      queries.setQueryData(api.content.getEdition.queryOptions({ input: { id: edition.id } }).queryKey, saved)
      const wishes = details.wishes()
      setFields({
        meta: { ...saved.meta, ...wishes?.meta },
        ...(wishes?.slug === undefined && fields.slugProblem === null ? { slug: saved.slug } : {}),
      })
    },
    slugTaken: (wanted, suggestion) => setFields({ slugProblem: { wanted, suggestion } }),
  })
  const onWords = () => setFields({ title: writing.title.toString(), lead: writing.lead.toString() })
  const onChange = () => {
    isVersioned = false
  }
  writing.title.observe(onWords)
  writing.lead.observe(onWords)
  writing.doc.on('update', onChange)

  const flush = async (): Promise<boolean> => (await writing.flush()) && details.flush()
  const look = async (): Promise<Edition> => {
    const current = await client.content.getEdition({ id: edition.id })
    details.landed(current)
    return current
  }
  const body = (): Body => (doc ? bodyOf(doc) : edition.body)
  let saving = savingNow()
  let stopTelling: (() => void) | null = null
  function savingNow(): SavingState {
    const state = writing.state()
    return {
      ...state,
      isUnsaved: state.isUnsaved || details.isUnsaved(),
      // the second is all that is ever told
      savedAt: state.savedAt && Math.floor(state.savedAt / 1_000) * 1_000,
      error: details.error(),
    }
  }
  const savingWatchers = new Set<() => void>()
  const tellSaving = () => {
    stopTelling?.()
    stopTelling = null
    const next = savingNow()
    const isSame = (Object.keys(next) as (keyof SavingState)[]).every((name) => next[name] === saving[name])
    if (isSame) return
    saving = next
    for (const watcher of savingWatchers) watcher()
  }
  /** Each letter is unsaved for a moment; only what lasts is told, and trouble at once. */
  const onSaving = () => {
    const { isConnected, isKept, refused, error } = savingNow()
    const isTrouble =
      isConnected !== saving.isConnected ||
      isKept !== saving.isKept ||
      refused !== saving.refused ||
      error !== saving.error
    if (isTrouble) tellSaving()
    else stopTelling ??= after(calmMs, tellSaving)
  }
  const stops = [writing.watch(onSaving), details.watch(onSaving)]

  return {
    edition,
    writing,
    latest: details.latest,
    body,
    text: (): EditionText => ({
      title: fields.title.trim(),
      lead: fields.lead.trim(),
      body: body(),
      meta: fields.meta,
    }),
    fields: () => fields,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    saving: () => saving,
    watchSaving: (watcher: () => void) => {
      savingWatchers.add(watcher)
      return () => void savingWatchers.delete(watcher)
    },
    change: ({ slug, meta }: { slug?: string; meta?: Partial<Meta> }) => {
      setFields({
        ...(slug === undefined ? {} : { slug, slugProblem: null }),
        ...(meta ? { meta: { ...fields.meta, ...meta } } : {}),
      })
      details.wish({ ...(slug ? { slug } : {}), ...(meta ? { meta } : {}) })
    },
    /** The manuscript as it is now. */
    shows: (now: DocumentNode) => {
      doc = now
    },
    /** Resolves with true when the server has everything that was typed here. */
    flush,
    /** Keeps the text as it is as a version of its own; without a name only where something changed since the last one. */
    save: async (note = ''): Promise<boolean> => {
      if (!(await flush())) return false
      if (isVersioned && note === '') return true
      for (let tries = 1; ; tries++) {
        const { id, revision: basedOn, title, lead, body: words } = await look()
        try {
          details.landed(
            await client.content.saveEdition({ id, basedOn, title, lead, body: words, reason: 'saved', note }),
          )
          isVersioned = true
          return true
        } catch (error) {
          // someone wrote on between the two questions
          if (tries >= 3) throw error
        }
      }
    },
    /** Makes an old version the newest text. @returns the version that was the newest before. */
    restore: async (versionId: string): Promise<string> => {
      await flush()
      const before = await look()
      details.landed(
        await client.content.restoreVersion({
          id: edition.id,
          versionId: versionId as typeof before.versionId, // an id that the server gave
          basedOn: before.revision,
        }),
      )
      return before.versionId
    },
    /** Someone saved this edition: its details may be others now. */
    heard: (revision: number) => {
      if (revision <= details.latest().revision || stopLooking) return
      stopLooking = after(lookMs, () => {
        stopLooking = null
        void look().catch(() => undefined)
      })
    },
    leave: details.leave,
    end: () => {
      writing.title.unobserve(onWords)
      writing.lead.unobserve(onWords)
      writing.doc.off('update', onChange)
      for (const stop of stops) stop()
      stopTelling?.()
      stopLooking?.()
      void details.flush()
    },
  }
}

/**
 * From the document into the edition, and back: the text is saved as a version at most a second after it was written; a text
 * that came past the document joins it. Every step may be made twice or by two processes at once: before a version is written
 * it is noted what it was made of, the store takes only one version for a revision, and a change of a text makes the same
 * update whoever makes it.
 */
import { isDeepStrictEqual } from 'node:util'
import { writingTopic, type WritingHint } from '@floowe/contracts/writing'
import type { VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse } from '@floowe/platform'
import { type EditionWriter, type Saved, staleness, type Wish } from '../edition-writer.ts'
import type { ContentStore, EditionText, MetaFields, Reason, Stale, Text } from '../store/port.ts'
import type { By } from '../terms.ts'
import { changeTo, clientOf, textOfDocument, type WritingText } from './document.ts'
import type { Documents } from './documents.ts'
import type { Intake } from './intake.ts'
import type { Base, Head, Log, Place } from './log.ts'
import type { Turns } from './turns.ts'

/** A save that comes from outside the document. */
export type Joining = Wish & { basedOn: number }
export type JoinedHow = { reason: Reason; note: string }

/** Each is lost to another process that saved at the same moment. */
const triesMax = 10
/** Texts that came past the document one after another, before any was saved on top. */
const alsoMax = 50

type Parts = {
  store: ContentStore
  writer: EditionWriter
  log: Log
  documents: Documents
  intake: Pick<Intake, 'append'>
  turns: Turns
}

export function createSaver(host: Host, parts: Parts) {
  const { clock, ids, signals } = host
  const { store, writer, log, documents, intake, turns } = parts
  const adopt = createAdoption(host, parts)

  const tell = ({ workspaceId, editionId }: Place, saved: { seq: number; revision: number }): void =>
    signals.send(writingTopic, JSON.stringify({ workspaceId, editionId, saved } satisfies WritingHint))
  const read = (place: Place): Promise<{ seq: number; text: WritingText } | null> =>
    documents.use(place, async (opened) => opened && { seq: opened.seq, text: textOfDocument(opened.doc) })

  /** Writes what the document says; a stale outcome when another was faster. */
  const write = async (
    place: Place,
    current: EditionText,
    { seq, text, isWish }: { seq: number; text: Text; isWish: boolean },
    how: JoinedHow,
    by: By,
  ): Promise<Saved | Stale> => {
    const versionId = ids.next<VersionId>()
    const base = { versionId, revision: current.revision + 1, seq, also: [], slug: text.slug, meta: text.meta }
    await log.intend(place, base, clock.instant())
    const outcome = await writer.write(
      place.workspaceId,
      current,
      { text, isWish },
      { ...how, joins: 'any', versionId },
      by,
    )
    if ('stale' in outcome) return outcome
    const { revision } = outcome.record
    await log.confirm(place, { versionId, revision, seq })
    tell(place, { seq, revision })
    return outcome
  }

  /** The document and the edition as they are, both knowing of each other; null when there is no document or no edition. */
  const meet = async (place: Place): Promise<{ head: Head; current: EditionText } | null> => {
    for (let attempt = 0; attempt < triesMax; attempt++) {
      const head = await log.head(place)
      const current = head && (await store.getEdition(place.workspaceId, place.editionId))
      if (!head || !current) return null
      if ((await adopt(place, head, current)) === 'known') return { head, current }
    }
    throw new Error('the edition changes faster than its document can follow')
  }

  const settle = async (place: Place): Promise<void> => {
    for (let attempt = 0; attempt < triesMax; attempt++) {
      const met = await meet(place)
      if (!met || met.head.savedSeq >= met.head.seq) return
      const { head, current } = met
      const now = await read(place)
      if (!now) return
      const { workspaceId } = place
      const wanted = await writer.textFor(workspaceId, current, now.text)
      if (saysTheSame(wanted.text, current)) {
        await log.unchanged(place, current.revision, now.seq)
        tell(place, { seq: now.seq, revision: current.revision })
        return
      }
      const by = { actor: head.writtenBy, requestId: null }
      const outcome = await write(place, current, { ...wanted, seq: now.seq }, { reason: 'autosaved', note: '' }, by)
      if (!('stale' in outcome)) return
    }
  }

  const joinOnce = async (
    place: Place,
    current: EditionText,
    wish: Joining,
    how: JoinedHow,
    by: By,
  ): Promise<Saved | Stale> => {
    const { workspaceId, editionId } = place
    const base = await log.base(place, { revision: wish.basedOn })
    const fork = base && (await documents.fork(place, base))
    if (!base || !fork) return staleness(current)
    const { title, lead, body } = wish
    const name = JSON.stringify([editionId, wish.basedOn, by.actor, title, lead, body])
    const update = changeTo(fork.opened.doc, { title, lead, body }, clientOf(name))
    const [written] = update ? await intake.append(place, [update], by.actor) : []
    if (written && 'code' in written) return refuse(written.code)
    documents.keepFork(place, fork, written?.seq ?? null)
    const now = found(await read(place), 'edition')
    const isKept = how.reason === 'restored' || current.keepsSlug
    const wanted = await writer.textFor(
      workspaceId,
      { ...current, keepsSlug: isKept },
      {
        ...now.text,
        ...(wish.slug !== undefined && wish.slug !== base.slug ? { slug: wish.slug } : {}),
        meta: mergedMeta(base.meta, wish.meta ?? base.meta, current.meta),
      },
    )
    return write(place, current, { ...wanted, seq: now.seq }, how, by)
  }

  const inTurn = <Result>({ workspaceId, editionId }: Place, work: () => Promise<Result>): Promise<Result> =>
    turns.take(`save ${workspaceId} ${editionId}`, work)

  return {
    /** Afterwards the edition has all that was written when it was called. */
    settle: (place: Place): Promise<void> => inTurn(place, () => settle(place)),
    /**
     * Merges a save into the document, as a change of the revision it is based on, and saves what the document then says. Null:
     * there is no document. A stale outcome: nothing is known of that revision any more.
     */
    join: (place: Place, wish: Joining, how: JoinedHow, by: By): Promise<Saved | Stale | null> =>
      inTurn(place, async () => {
        for (let attempt = 0; attempt < triesMax; attempt++) {
          const met = await meet(place)
          if (!met) return null
          const outcome = await joinOnce(place, met.current, wish, how, by)
          const isBehind = 'stale' in outcome && outcome.stale.current !== met.current.revision
          if (!isBehind) return outcome
        }
        throw new Error('the edition changes faster than this save can follow')
      }),
  }
}

/**
 * Whether the newest revision of the edition is one that the document knows. One that came past it (an import, a restored
 * backup) joins it as a change of the last revision that is known.
 */
function createAdoption({ clock }: Host, { log, documents, intake }: Parts) {
  return async (place: Place, head: Head, current: EditionText): Promise<'known' | 'joined'> => {
    const { versionId, revision } = current
    const own = await log.base(place, { versionId })
    if (own) {
      if (own.isConfirmed && own.revision === revision && head.savedRevision === revision) return 'known'
      await log.confirm(place, { versionId, revision, seq: own.seq })
      return 'joined'
    }
    const known = await log.base(place, { revision: head.savedRevision })
    const from: Pick<Base, 'seq' | 'also'> = known && known.also.length < alsoMax ? known : { seq: head.seq, also: [] }
    const fork = (await documents.fork(place, from)) ?? (await documents.fork(place, { seq: head.seq, also: [] }))
    if (!fork) throw new Error('a document cannot be read')
    const { title, lead, body } = current
    const update = changeTo(fork.opened.doc, { title, lead, body }, clientOf(`${place.editionId} ${versionId}`))
    const [written] = update ? await intake.append(place, [update], current.updatedBy) : []
    if (written && 'code' in written) throw new Error(`a text cannot join its document: ${written.code}`)
    const also = written ? [...from.also, written.seq] : from.also
    const { slug, meta } = current
    await log.intend(place, { versionId, revision, seq: from.seq, also, slug, meta }, clock.instant())
    await log.confirm(place, { versionId, revision, seq: from.seq })
    return 'joined'
  }
}

const saysTheSame = (text: Text, current: EditionText): boolean =>
  text.title === current.title &&
  text.lead === current.lead &&
  text.slug === current.slug &&
  isDeepStrictEqual(text.body, current.body)

/** What was changed of the base, over what is there now. */
const mergedMeta = (base: MetaFields, wished: MetaFields, current: MetaFields): MetaFields => ({
  title: wished.title === base.title ? current.title : wished.title,
  description: wished.description === base.description ? current.description : wished.description,
  canonicalUrl: wished.canonicalUrl === base.canonicalUrl ? current.canonicalUrl : wished.canonicalUrl,
  keyphrase: wished.keyphrase === base.keyphrase ? current.keyphrase : wished.keyphrase,
  isHidden: wished.isHidden === base.isHidden ? current.isHidden : wished.isHidden,
})

/**
 * How a post or a whole text goes out piece by piece, each of them once.
 *
 * A piece is a part of the post, or the first comment behind them; a whole text is a single piece. Uploads and sign-ins come
 * first; they may be repeated. Then the piece is armed: it is on the disk that the next request may make it. Then it is made, and
 * its id is kept. Whoever comes to a piece that is armed and has no id never simply sends again:
 *
 * - while the network drops what it has already, the same piece goes out under the same key;
 * - a network that can be asked is asked. What is there is taken over. What is not listed is made only when it has had the time
 *   to be listed; until then the delivery waits;
 * - of any other network a person says what became of it.
 *
 * A refusal disarms: then it surely is not there. Parts that are out stay out, and a later attempt goes on behind them.
 */
import type { NetworkFacts, Post, PostPart } from '@floowe/contracts/networks'
import type { Clock } from '@floowe/platform'
import {
  type Account,
  Ended,
  type Failure,
  type Frozen,
  type Network,
  type Parcel,
  type Remote,
  type RemotePiece,
} from './network.ts'

export type Piece = {
  /** One for each piece of each delivery, the same at every attempt. */
  key: string
  index: number
  /** The post whose part this is, or the whole text; see {@link partOf}, {@link commentOf} and `pageOf`. */
  content: Frozen
  parcel: Parcel
  /** Unix ms; see {@link RemotePiece}. */
  armedMs: number
  /** An earlier attempt may have made it. */
  maybeThere: boolean
  /** The part that this one follows, and the first of all. */
  before: RemotePiece | null
  first: RemotePiece | null
}
export type Made = { id: string; url: string | null; more?: Readonly<Record<string, string>> }

/** What can be done with pieces of one kind. Each throws {@link Ended} with what stands in the way. */
export type Hands<Prepared> = {
  create: (piece: Piece, prepared: Prepared, account: Account, signal: AbortSignal) => Promise<Made>
  find?: (piece: Piece, account: Account, signal: AbortSignal) => Promise<Made | null | 'cannot-look'>
  change?: (there: Made, piece: Piece, prepared: Prepared, account: Account, signal: AbortSignal) => Promise<Made>
  /** Whether people can see it, by its id. A draft, or what lies in the trash, they cannot. */
  read?: (there: Made, account: Account, signal: AbortSignal) => Promise<boolean>
  /** What is gone already is no failure. */
  remove?: (there: Made, account: Account, signal: AbortSignal) => Promise<void>
}
/** What a network of posts can do. */
export type Poster<Prepared> = Hands<Prepared> & {
  facts: NetworkFacts
  /** How long after it was armed a piece may be sent again under its key. Left out: never. */
  repeatsForMs?: number
  /** How long something that is there may be missing from what `find` sees. */
  listingDelayMs?: number
  /** Uploads, sign-in: nothing that anybody sees. */
  prepare: (piece: Piece, account: Account, signal: AbortSignal) => Promise<Prepared>
  /** Of the first comment. It is never sent again under its key, and goes when the post goes. */
  comment?: Hands<null>
}
/** One that can be asked for a piece by its id. */
export type ReadablePoster<Prepared> = Poster<Prepared> & Required<Pick<Hands<Prepared>, 'read'>>

const listingDelayMsStandard = 150_000
/**
 * So long after the delivery first left, what may be there is looked for as soon as it must be listed. Later the pauses between attempts
 * say when: a look that finds nothing makes the piece anew, and the attempts are to last for most of a day.
 */
const soonLooksMs = 2 * listingDelayMsStandard
/** Where a piece is kept in {@link Remote}. */
type Place = { name: string; index: number }
const partAt = (index: number): Place => ({ name: `part-${index}`, index })
const firstName = partAt(0).name
const commentName = 'comment'
const madeOf = (piece: RemotePiece | null | undefined): Made | null =>
  piece?.id === undefined ? null : { id: piece.id, url: piece.url ?? null, ...(piece.more && { more: piece.more }) }

/** In the order in which they go out. */
function placesOf(content: Frozen): Place[] {
  if (!('form' in content)) return [partAt(0)]
  const parts = content.parts.map((_, index) => partAt(index))
  return content.firstComment ? [...parts, { name: commentName, index: parts.length }] : parts
}

/** What is there of a post, in the order of {@link placesOf}. */
export const piecesOf = (content: Frozen, remote: Remote): (RemotePiece | undefined)[] =>
  placesOf(content).map(({ name }) => remote[name])

/** The words and pictures of a piece of a post. */
export function partOf({ content, index }: Piece): PostPart & { post: Post } {
  const part = 'form' in content ? content.parts[index] : undefined
  if (!('form' in content) || !part) throw new Error(`no part ${index} was frozen`)
  return { ...part, post: content }
}
/** The words of the first comment, and what they stand under. */
export function commentOf({ content, first }: Piece): { text: string; post: Made } {
  const post = madeOf(first)
  if (!('form' in content) || !content.firstComment || !post) throw new Error('no first comment was frozen')
  return { text: content.firstComment, post }
}

export const sendPieces =
  <Prepared>(poster: Poster<Prepared>, clock: Clock): Network['send'] =>
  async (parcel, account, run) => {
    const sending = { clock, parcel, account, run, remote: run.remote }
    try {
      if (parcel.kind === 'unpublish') return await takeDown(sending, poster)
      const content = parcel.snapshot?.content
      if (!content || poster.facts.form !== ('form' in content ? 'post' : 'page'))
        return { kind: 'permanent', code: 'snapshot-damaged' }
      return parcel.kind === 'update' ? await change(sending, poster, content) : await publish(sending, poster, content)
    } catch (error) {
      if (error instanceof Ended) return error.verdict
      throw error
    }
  }

/** Asks for each piece that has an id. */
export const verifyPieces =
  ({ read, comment }: Pick<ReadablePoster<never>, 'read' | 'comment'>): NonNullable<Network['verify']> =>
  async (_, account, { remote, signal }) => {
    // Of what a person found there nobody knows the id.
    if (!madeOf(remote[firstName])) return { kind: 'permanent', code: 'cannot-find' }
    try {
      for (const [name, piece] of Object.entries(remote)) {
        const there = madeOf(piece)
        const look = name === commentName ? comment?.read : read
        if (there && look && !(await look(there, account, signal))) return 'gone'
      }
      return 'there'
    } catch (error) {
      if (error instanceof Ended) return error.verdict
      throw error
    }
  }

type Sending = {
  clock: Clock
  parcel: Parcel
  account: Account
  run: Parameters<Network['send']>[2]
  remote: Remote
}

async function publish<Prepared>(sending: Sending, poster: Poster<Prepared>, content: Frozen) {
  for (const place of placesOf(content))
    await (place.name === commentName
      ? settle(sending, commenting(poster), content, place)
      : settle(sending, poster, content, place))
  return { kind: 'accepted', url: sending.remote[firstName]?.url ?? null } as const
}

/** The first comment as a post of its own. Who may post and not comment keeps the channel; only the comment is refused. */
function commenting({ facts, comment }: Pick<Poster<never>, 'facts' | 'comment'>): Poster<null> {
  if (!comment) throw new Ended({ kind: 'permanent', code: 'snapshot-damaged' })
  return {
    facts,
    prepare: async () => null,
    ...comment,
    create: async (...making) => {
      try {
        return await comment.create(...making)
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.code !== 'not-allowed-there') throw error
        throw new Ended({ ...error.verdict, kind: 'permanent', code: 'comment-not-allowed' })
      }
    },
  }
}

async function keep(sending: Sending, name: string, piece: RemotePiece | null): Promise<void> {
  const { [name]: _, ...others } = sending.remote
  const remote = piece ? { ...others, [name]: piece } : others
  await sending.run.keep(remote)
  sending.remote = remote
}

/** The piece is there when it returns. */
async function settle<Prepared>(
  sending: Sending,
  poster: Poster<Prepared>,
  content: Frozen,
  place: Place,
): Promise<void> {
  const { clock, account, run, parcel } = sending
  const { name } = place
  const known = sending.remote[name]
  if (known?.id !== undefined) return
  const nowMs = clock.now()
  const repeats = known !== undefined && nowMs - known.armedMs < (poster.repeatsForMs ?? 0)
  const isRepeating = (poster.repeatsForMs ?? 0) > 0 && (known === undefined || repeats)
  const fresh = { key: `${parcel.deliveryId}-${place.index}`, armedMs: nowMs }
  if (known && !repeats && (await lookFor(sending, poster, pieceOf(sending, content, place, known), name))) return
  const { key, armedMs } = known && isRepeating ? known : fresh
  const piece = pieceOf(sending, content, place, { key, armedMs })
  const prepared = await calmly(() => poster.prepare(piece, account, run.signal))
  await keep(sending, name, { key, armedMs })
  try {
    const made = await poster.create(piece, prepared, account, run.signal)
    await keep(sending, name, { key, armedMs, ...made })
  } catch (error) {
    // What is repeated may be there from before: this refusal says nothing of that.
    const isOpen = known !== undefined && repeats
    if (error instanceof Ended && error.verdict.kind !== 'ambiguous' && !isOpen) await keep(sending, name, null)
    throw withLook(sending, poster, armedMs, error)
  }
}

/** Where an open end is looked for and not repeated, the next attempt is worth it as soon as a list that lacks the piece says something. */
function withLook(
  { clock, parcel }: Sending,
  {
    find,
    repeatsForMs = 0,
    listingDelayMs = listingDelayMsStandard,
  }: Pick<Poster<never>, 'find' | 'repeatsForMs' | 'listingDelayMs'>,
  armedMs: number,
  error: unknown,
): unknown {
  const isSoon = clock.now() < Date.parse(parcel.at) + soonLooksMs
  if (!(error instanceof Ended) || error.verdict.kind !== 'ambiguous' || !find || repeatsForMs > 0 || !isSoon)
    return error
  return new Ended({ ...error.verdict, lookAtMs: armedMs + listingDelayMs })
}

/** @returns whether an earlier attempt has made it */
async function lookFor<Prepared>(
  sending: Sending,
  poster: Poster<Prepared>,
  piece: Piece,
  name: string,
): Promise<boolean> {
  const { clock, account, run } = sending
  const { find } = poster
  const found = find ? await calmly(() => find(piece, account, run.signal)) : 'cannot-look'
  if (found === 'cannot-look') throw new Ended({ kind: 'ambiguous', code: 'outcome-unknown' })
  if (found) {
    await keep(sending, name, { key: piece.key, armedMs: piece.armedMs, ...found })
    return true
  }
  const lookAtMs = piece.armedMs + (poster.listingDelayMs ?? listingDelayMsStandard)
  if (clock.now() < lookAtMs) throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet', lookAtMs })
  return false
}

/** The words change, the pieces stay where they can; what is new follows, what is too much goes. */
async function change<Prepared>(sending: Sending, poster: Poster<Prepared>, content: Frozen) {
  const standing = sending.parcel.standing ?? {}
  if (!poster.change) throw new Ended({ kind: 'permanent', code: 'cannot-change' })
  // A person said that it is there, and nobody knows its id.
  if (!madeOf(standing[firstName])) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  sending.remote = { ...standing, ...sending.remote }
  const places = placesOf(content)
  for (const place of places)
    await (place.name === commentName
      ? changeOne(sending, commenting(poster), content, place)
      : changeOne(sending, poster, content, place))
  await removeAllBut(sending, poster, standing, new Set(places.map(({ name }) => name)))
  return { kind: 'accepted', url: sending.remote[firstName]?.url ?? null } as const
}

async function changeOne<Prepared>(
  sending: Sending,
  poster: Poster<Prepared>,
  content: Frozen,
  place: Place,
): Promise<void> {
  const { account, run, parcel } = sending
  const { name } = place
  const known = parcel.standing?.[name]
  const there = madeOf(known) ?? (await added(sending, poster, content, place, known))
  if (!known || there === null) return
  const piece = pieceOf(sending, content, place, known)
  const prepared = await calmly(() => poster.prepare(piece, account, run.signal))
  const { change } = poster
  if (!change) throw new Ended({ kind: 'permanent', code: 'cannot-change' })
  // To the same words once more changes nothing.
  const changed = await calmly(() => change(there, piece, prepared, account, run.signal))
  await keep(sending, name, { key: known.key, armedMs: known.armedMs, ...changed })
}

/**
 * A piece that the post did not have, or of which nobody knows whether it has it. The network then gives back what it has under the
 * old key, which may have the old words; once it no longer knows the key, the old words cannot be looked for any more.
 */
async function added<Prepared>(
  sending: Sending,
  poster: Poster<Prepared>,
  content: Frozen,
  place: Place,
  known: RemotePiece | undefined,
): Promise<Made | null> {
  const { clock, remote } = sending
  const isKnownHere = remote[place.name]?.id !== undefined
  if (known && !isKnownHere && clock.now() - known.armedMs >= (poster.repeatsForMs ?? 0))
    throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  await settle(sending, poster, content, place)
  return madeOf(sending.remote[place.name])
}

async function takeDown<Prepared>(sending: Sending, poster: Poster<Prepared>) {
  await removeAllBut(sending, poster, sending.parcel.standing ?? {}, new Set())
  return { kind: 'accepted', url: null } as const
}

/** The last one first, so that nothing stands alone. */
async function removeAllBut<Prepared>(
  sending: Sending,
  poster: Poster<Prepared>,
  standing: Remote,
  kept: ReadonlySet<string>,
): Promise<void> {
  const { account, run } = sending
  const rank = (name: string): number =>
    name === commentName ? Number.MAX_SAFE_INTEGER : Number(name.replace('part-', ''))
  const wanted = Object.keys(standing)
    // A comment goes with its post.
    .filter((name) => !kept.has(name) && (name !== commentName || kept.size > 0))
    .toSorted((a, b) => rank(b) - rank(a))
  for (const name of wanted) {
    const there = madeOf(standing[name])
    if (!there) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
    const remove = name === commentName ? poster.comment?.remove : poster.remove
    if (!remove) throw new Ended({ kind: 'permanent', code: 'cannot-remove' })
    await calmly(() => remove(there, account, run.signal))
    await keep(sending, name, null)
  }
}

function pieceOf(
  { remote, parcel }: Sending,
  content: Frozen,
  { name, index }: Place,
  { key, armedMs }: Pick<RemotePiece, 'key' | 'armedMs'>,
): Piece {
  return {
    key,
    index,
    content,
    parcel,
    armedMs,
    maybeThere: remote[name] !== undefined,
    before: index === 0 ? null : (remote[partAt(index - 1).name] ?? null),
    first: index === 0 ? null : (remote[firstName] ?? null),
  }
}

/** Nothing that anybody sees was asked for, so an open end leaves nothing open. */
async function calmly<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Ended) || error.verdict.kind !== 'ambiguous') throw error
    const calm: Failure = { ...error.verdict, kind: 'transient' }
    throw new Ended(calm)
  }
}

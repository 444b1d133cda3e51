/**
 * How a post or a whole text goes out piece by piece, each of them once.
 *
 * A piece is a part of the post; a whole text is a single piece. Uploads and sign-ins come first; they may be repeated. Then the
 * piece is armed: it is on the disk that the next request may make it. Then it is made, and its id is kept. Whoever comes to a
 * piece that is armed and has no id never simply sends again:
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
  /** The post whose part this is, or the whole text; see {@link partOf} and `pageOf`. */
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

/** What a network of posts can do. Each throws {@link Ended} with what stands in the way. */
export type Poster<Prepared> = {
  facts: NetworkFacts
  /** How long after it was armed a piece may be sent again under its key. Left out: never. */
  repeatsForMs?: number
  /** How long something that is there may be missing from what `find` sees. */
  listingDelayMs?: number
  /** Uploads, sign-in: nothing that anybody sees. */
  prepare: (piece: Piece, account: Account, signal: AbortSignal) => Promise<Prepared>
  create: (piece: Piece, prepared: Prepared, account: Account, signal: AbortSignal) => Promise<Made>
  find?: (piece: Piece, account: Account, signal: AbortSignal) => Promise<Made | null>
  change?: (there: Made, piece: Piece, prepared: Prepared, account: Account, signal: AbortSignal) => Promise<Made>
  /** Whether it is there, by its id. */
  read?: (there: Made, account: Account, signal: AbortSignal) => Promise<boolean>
  /** What is gone already is no failure. */
  remove?: (there: Made, account: Account, signal: AbortSignal) => Promise<void>
}

const listingDelayMsStandard = 150_000
const keyOf = (index: number): string => `part-${index}`
const madeOf = (piece: RemotePiece | undefined): Made | null =>
  piece?.id === undefined ? null : { id: piece.id, url: piece.url ?? null, ...(piece.more && { more: piece.more }) }

/** The words and pictures of a piece of a post. */
export function partOf({ content, index }: Piece): PostPart & { post: Post } {
  const part = 'form' in content ? content.parts[index] : undefined
  if (!('form' in content) || !part) throw new Error(`no part ${index} was frozen`)
  return { ...part, post: content }
}
const countOf = (content: Frozen): number => ('form' in content ? content.parts.length : 1)

export const sendPieces =
  <Prepared>(poster: Poster<Prepared>, clock: Clock): Network['send'] =>
  async (parcel, account, run) => {
    const sending = { poster, clock, parcel, account, run, remote: run.remote }
    try {
      if (parcel.kind === 'unpublish') return await takeDown(sending)
      const content = parcel.snapshot?.content
      if (!content || poster.facts.form !== ('form' in content ? 'post' : 'page'))
        return { kind: 'permanent', code: 'snapshot-damaged' }
      return parcel.kind === 'update' ? await change(sending, content) : await publish(sending, content)
    } catch (error) {
      if (error instanceof Ended) return error.verdict
      throw error
    }
  }

/** For networks that can be asked for a piece by its id. */
export const verifyPieces =
  <Prepared>({ read }: Required<Pick<Poster<Prepared>, 'read'>>): NonNullable<Network['verify']> =>
  async (_, account, { remote, signal }) => {
    try {
      for (const piece of Object.values(remote)) {
        const there = madeOf(piece)
        if (there && !(await read(there, account, signal))) return 'gone'
      }
      return 'there'
    } catch (error) {
      if (error instanceof Ended) return error.verdict
      throw error
    }
  }

type Sending<Prepared> = {
  poster: Poster<Prepared>
  clock: Clock
  parcel: Parcel
  account: Account
  run: Parameters<Network['send']>[2]
  remote: Remote
}

async function publish<Prepared>(sending: Sending<Prepared>, content: Frozen) {
  for (let index = 0; index < countOf(content); index++) await settle(sending, content, index)
  return { kind: 'accepted', url: sending.remote[keyOf(0)]?.url ?? null } as const
}

async function keep<Prepared>(sending: Sending<Prepared>, key: string, piece: RemotePiece | null): Promise<void> {
  const { [key]: _, ...others } = sending.remote
  const remote = piece ? { ...others, [key]: piece } : others
  await sending.run.keep(remote)
  sending.remote = remote
}

/** The piece is there when it returns. */
async function settle<Prepared>(sending: Sending<Prepared>, content: Frozen, index: number): Promise<void> {
  const { poster, clock, account, run } = sending
  const known = sending.remote[keyOf(index)]
  if (known?.id !== undefined) return
  const nowMs = clock.now()
  const repeats = known !== undefined && nowMs - known.armedMs < (poster.repeatsForMs ?? 0)
  const isRepeating = (poster.repeatsForMs ?? 0) > 0 && (known === undefined || repeats)
  const fresh = { key: `${sending.parcel.deliveryId}-${index}`, armedMs: nowMs }
  if (known && !repeats && (await lookFor(sending, pieceOf(sending, content, index, known)))) return
  const { key, armedMs } = known && isRepeating ? known : fresh
  const piece = pieceOf(sending, content, index, { key, armedMs })
  const prepared = await calmly(() => poster.prepare(piece, account, run.signal))
  await keep(sending, keyOf(index), { key, armedMs })
  try {
    const made = await poster.create(piece, prepared, account, run.signal)
    await keep(sending, keyOf(index), { key, armedMs, ...made })
  } catch (error) {
    // What is repeated may be there from before: this refusal says nothing of that.
    const isOpen = known !== undefined && repeats
    if (error instanceof Ended && error.verdict.kind !== 'ambiguous' && !isOpen) await keep(sending, keyOf(index), null)
    throw error
  }
}

/** @returns whether an earlier attempt has made it */
async function lookFor<Prepared>(sending: Sending<Prepared>, piece: Piece): Promise<boolean> {
  const { poster, clock, account, run } = sending
  const { find } = poster
  if (!find) throw new Ended({ kind: 'ambiguous', code: 'outcome-unknown' })
  const found = await calmly(() => find(piece, account, run.signal))
  if (found) {
    await keep(sending, keyOf(piece.index), { key: piece.key, armedMs: piece.armedMs, ...found })
    return true
  }
  const lookAtMs = piece.armedMs + (poster.listingDelayMs ?? listingDelayMsStandard)
  if (clock.now() < lookAtMs) throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet', lookAtMs })
  return false
}

/** The words change, the pieces stay where they can; what is new follows, what is too much goes. */
async function change<Prepared>(sending: Sending<Prepared>, content: Frozen) {
  const { poster, parcel, account, run } = sending
  const standing = parcel.standing ?? {}
  if (!poster.change) throw new Ended({ kind: 'permanent', code: 'cannot-change' })
  // A person said that it is there, and nobody knows its id.
  if (!madeOf(standing[keyOf(0)])) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  sending.remote = { ...standing, ...sending.remote }
  for (let index = 0; index < countOf(content); index++) {
    const known = standing[keyOf(index)]
    const there = madeOf(known) ?? (await added(sending, content, index, known))
    if (!known || there === null) continue
    const piece = pieceOf(sending, content, index, known)
    const prepared = await calmly(() => poster.prepare(piece, account, run.signal))
    // To the same words once more changes nothing.
    const { change } = poster
    const changed = await calmly(() => change(there, piece, prepared, account, run.signal))
    await keep(sending, keyOf(index), { key: known.key, armedMs: known.armedMs, ...changed })
  }
  await removeFrom(sending, standing, countOf(content))
  return { kind: 'accepted', url: sending.remote[keyOf(0)]?.url ?? null } as const
}

/**
 * A part that the post did not have, or of which nobody knows whether it has it. The network then gives back what it has under the
 * old key, which may have the old words; once it no longer knows the key, the old words cannot be looked for any more.
 */
async function added<Prepared>(
  sending: Sending<Prepared>,
  content: Frozen,
  index: number,
  known: RemotePiece | undefined,
): Promise<Made | null> {
  const { poster, clock, remote } = sending
  const isKnownHere = remote[keyOf(index)]?.id !== undefined
  if (known && !isKnownHere && clock.now() - known.armedMs >= (poster.repeatsForMs ?? 0))
    throw new Ended({ kind: 'permanent', code: 'cannot-find' })
  await settle(sending, content, index)
  return madeOf(sending.remote[keyOf(index)])
}

async function takeDown<Prepared>(sending: Sending<Prepared>) {
  await removeFrom(sending, sending.parcel.standing ?? {}, 0)
  return { kind: 'accepted', url: null } as const
}

/** The last one first, so that nothing stands alone. */
async function removeFrom<Prepared>(sending: Sending<Prepared>, standing: Remote, first: number): Promise<void> {
  const { poster, account, run } = sending
  const wanted = Object.keys(standing)
    .filter((key) => Number(key.replace('part-', '')) >= first)
    .toSorted((a, b) => Number(b.replace('part-', '')) - Number(a.replace('part-', '')))
  for (const key of wanted) {
    const there = madeOf(standing[key])
    if (!there) throw new Ended({ kind: 'permanent', code: 'cannot-find' })
    if (!poster.remove) throw new Ended({ kind: 'permanent', code: 'cannot-remove' })
    const { remove } = poster
    await calmly(() => remove(there, account, run.signal))
    await keep(sending, key, null)
  }
}

function pieceOf<Prepared>(
  { remote, parcel }: Sending<Prepared>,
  content: Frozen,
  index: number,
  { key, armedMs }: Pick<RemotePiece, 'key' | 'armedMs'>,
): Piece {
  return {
    key,
    index,
    content,
    parcel,
    armedMs,
    maybeThere: remote[keyOf(index)] !== undefined,
    before: index === 0 ? null : (remote[keyOf(index - 1)] ?? null),
    first: index === 0 ? null : (remote[keyOf(0)] ?? null),
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

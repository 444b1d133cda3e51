/**
 * How many may be sent at once: a number in all, and at most half of it for one channel. A channel that failed three times in
 * a row gets a single place, so that many slow receivers cannot take them all. What is armed and finds no place waits here,
 * in the order it came; of one channel only so many are armed ahead, and the others of that channel stay planned.
 */

export type Places = {
  /** How many more rows may be armed, and of one channel when nothing else is said of it. */
  room: () => { rows: number; perChannel: number; channels: { channelId: string; room: number }[] }
  /** Counts one armed row from now until `done`. */
  arm: (channelId: string) => ArmedPlace
  /** How many are armed, on their way, or answered and not written down yet. */
  held: () => number
}
export type ArmedPlace = {
  /** Resolves when it may leave. */
  turn: () => Promise<void>
  /** The answer is there, or none will come (null): the place is free. May be called more than once. */
  answered: (isFailure: boolean | null) => void
  /** It was written down. */
  done: () => void
}

const strikesMax = 3
const channelsKeptMax = 10_000
/** Rows armed, as a multiple of those on their way. */
const aheadFactor = 4

type Channel = { leaving: number; armed: number; strikes: number }
type State = {
  sendingMax: number
  channelMax: number
  channels: Map<string, Channel>
  waiting: { channelId: string; go: () => void }[]
  leaving: number
  held: number
  onFree: () => void
}

/** @param onFree called when another row could be armed */
export function createPlaces(sendingMax: number, onFree: () => void): Places {
  const channelMax = Math.max(1, Math.ceil(sendingMax / 2))
  const state: State = { sendingMax, channelMax, channels: new Map(), waiting: [], leaving: 0, held: 0, onFree }
  const aheadMax = channelMax * aheadFactor
  return {
    room: () => ({
      rows: Math.max(0, sendingMax * aheadFactor - state.held),
      perChannel: aheadMax,
      channels: [...state.channels].map(([channelId, channel]) => ({
        channelId,
        room: Math.max(0, (isStruck(channel) ? 1 : aheadMax) - channel.armed),
      })),
    }),
    arm: (channelId) => arm(state, channelId),
    held: () => state.held,
  }
}

function arm(state: State, channelId: string): ArmedPlace {
  let stage: 'armed' | 'leaving' | 'answered' = 'armed'
  state.held += 1
  change(state, channelId, { armed: 1 })
  return {
    turn: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const go = (): void => {
        stage = 'leaving'
        resolve()
      }
      state.waiting.push({ channelId, go })
      admitWaiting(state)
      return promise
    },
    answered: (isFailure) => {
      if (stage === 'answered') return
      const hadLeft = stage === 'leaving'
      stage = 'answered'
      if (hadLeft) state.leaving -= 1
      change(state, channelId, { armed: -1, leaving: hadLeft ? -1 : 0 })
      if (isFailure !== null) strike(state, channelId, isFailure)
      admitWaiting(state)
      state.onFree()
    },
    done: () => {
      state.held -= 1
      state.onFree()
    },
  }
}

const none: Channel = { leaving: 0, armed: 0, strikes: 0 }
const of = ({ channels }: State, channelId: string): Channel => channels.get(channelId) ?? none
const isStruck = ({ strikes }: Channel): boolean => strikes >= strikesMax

function change(state: State, channelId: string, by: { leaving?: number; armed?: number }): void {
  const known = of(state, channelId)
  keep(state, channelId, { ...known, leaving: known.leaving + (by.leaving ?? 0), armed: known.armed + (by.armed ?? 0) })
}

function strike(state: State, channelId: string, isFailure: boolean): void {
  const known = of(state, channelId)
  keep(state, channelId, { ...known, strikes: isFailure ? known.strikes + 1 : 0 })
}

/** What says nothing is forgotten; so are strikes of resting channels, once there are very many. */
function keep({ channels }: State, channelId: string, channel: Channel): void {
  const rests = channel.leaving === 0 && channel.armed === 0
  if (rests && (channel.strikes === 0 || channels.size > channelsKeptMax)) channels.delete(channelId)
  else channels.set(channelId, channel)
}

function admitWaiting(state: State): void {
  const mayLeave = ({ channelId }: { channelId: string }): boolean => {
    const channel = of(state, channelId)
    return channel.leaving < (isStruck(channel) ? 1 : state.channelMax)
  }
  while (state.leaving < state.sendingMax) {
    const index = state.waiting.findIndex(mayLeave)
    const [next] = index < 0 ? [] : state.waiting.splice(index, 1)
    if (!next) return
    state.leaving += 1
    change(state, next.channelId, { leaving: 1 })
    next.go()
  }
}

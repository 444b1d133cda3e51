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
type Waiting = { channelId: string; go: () => void }

/** @param onFree called when another row could be armed */
export function createPlaces(sendingMax: number, onFree: () => void): Places {
  const channels = new Map<string, Channel>()
  const waiting: Waiting[] = []
  let leaving = 0
  let held = 0
  const channelMax = Math.max(1, Math.ceil(sendingMax / 2))
  const of = (channelId: string): Channel => channels.get(channelId) ?? { leaving: 0, armed: 0, strikes: 0 }
  const change = (channelId: string, by: Partial<Channel>): void => {
    const known = of(channelId)
    const next = { leaving: known.leaving + (by.leaving ?? 0), armed: known.armed + (by.armed ?? 0), strikes: by.strikes ?? known.strikes }
    const isPlain = next.leaving === 0 && next.armed === 0 && (next.strikes === 0 || channels.size > channelsKeptMax)
    if (isPlain) channels.delete(channelId)
    else channels.set(channelId, next)
  }
  const isStruck = (channel: Channel): boolean => channel.strikes >= strikesMax
  const mayLeave = (channelId: string): boolean => leaving < sendingMax && of(channelId).leaving < (isStruck(of(channelId)) ? 1 : channelMax)
  const admit = (channelId: string): void => {
    leaving += 1
    change(channelId, { leaving: 1 })
  }
  const admitWaiting = (): void => {
    for (let index = waiting.findIndex(({ channelId }) => mayLeave(channelId)); index >= 0; index = waiting.findIndex(({ channelId }) => mayLeave(channelId))) {
      const [next] = waiting.splice(index, 1)
      if (!next) return
      admit(next.channelId)
      next.go()
    }
  }
  const arm = (channelId: string): ArmedPlace => {
    let stage: 'armed' | 'waiting' | 'leaving' | 'answered' = 'armed'
    held += 1
    change(channelId, { armed: 1 })
    return {
      turn: () =>
        new Promise<void>((resolve) => {
          stage = 'waiting'
          waiting.push({ channelId, go: () => {
            stage = 'leaving'
            resolve()
          } })
          admitWaiting()
        }),
      answered: (isFailure) => {
        if (stage === 'answered') return
        const hadLeft = stage === 'leaving'
        stage = 'answered'
        if (hadLeft) leaving -= 1
        change(channelId, { armed: -1, leaving: hadLeft ? -1 : 0, ...(isFailure !== null && { strikes: isFailure ? of(channelId).strikes + 1 : 0 }) })
        admitWaiting()
        onFree()
      },
      done: () => {
        held -= 1
        onFree()
      },
    }
  }
  return {
    room: () => ({
      rows: Math.max(0, sendingMax * aheadFactor - held),
      perChannel: channelMax * aheadFactor,
      channels: [...channels].map(([channelId, channel]) => ({ channelId, room: Math.max(0, (isStruck(channel) ? 1 : channelMax * aheadFactor) - channel.armed) })),
    }),
    arm,
    held: () => held,
  }
}

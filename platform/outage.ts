/** Says once that a server is away and what that means meanwhile, and once that it is back, however often it is asked. */
import type { Log } from './log.ts'

export type Outage = { began: (error: unknown) => void; over: () => void; isOn: () => boolean }

export function createOutage(log: Log, words: { away: string; back: string }): Outage {
  let isOn = false
  return {
    began: (error) => {
      if (isOn) return
      isOn = true
      log.warn(words.away, { error })
    },
    over: () => {
      if (!isOn) return
      isOn = false
      log.info(words.back)
    },
    isOn: () => isOn,
  }
}

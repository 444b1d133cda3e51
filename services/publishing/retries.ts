/**
 * When a failed attempt is repeated. Pauses grow threefold, from the network's first one to at most six hours, with a fifth
 * of jitter; what the far side orders in `Retry-After` is obeyed. Twelve attempts so fill most of a day.
 */

export type RetryRules = { attemptsMax: number; hoursMax: number }
/** One round begins when a delivery is first sent, and again when a person sends it anew. */
export type Round = { tries: number; beganMs: number }

const factor = 3
const pauseMsMax = 6 * 60 * 60 * 1000
const jitter = 0.2
/** An order to wait longer is taken as this. */
const orderedMsMax = 24 * 60 * 60 * 1000

/**
 * @param orderedAtMs what Retry-After named, if anything
 * @param random 0 to 1
 * @returns Unix ms of the next attempt, or null: give up
 */
export function nextAttempt(
  rules: RetryRules,
  round: Round,
  firstPauseMs: number,
  nowMs: number,
  orderedAtMs: number | null,
  random = Math.random(),
): number | null {
  const endsMs = round.beganMs + rules.hoursMax * 3_600_000
  if (round.tries >= rules.attemptsMax || nowMs >= endsMs) return null
  const pauseMs = Math.min(pauseMsMax, firstPauseMs * factor ** (round.tries - 1)) * (1 - jitter + 2 * jitter * random)
  const ownAtMs = Math.ceil(nowMs + pauseMs)
  // A wait that the far side ordered may reach past the end of the round: it promised to listen then.
  if (orderedAtMs !== null && orderedAtMs > ownAtMs) return Math.min(orderedAtMs, nowMs + orderedMsMax)
  return ownAtMs < endsMs ? ownAtMs : null
}

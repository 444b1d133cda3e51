/** What goes wrong and when, of a seed. Nothing here depends on the order in which requests arrive. */
import type { Asked, Fault } from '@floowe/emulators/vendor'
import type { Fault as ReceiverFault } from '@floowe/emulators/webhook-receiver'
import { type Random, seeded } from '@floowe/faults/random.ts'

const kinds = [
  'accept-then-reset',
  'accept-then-500',
  'accept-then-hang',
  'rate-limited',
  'reset',
  'unavailable',
  'slow-body',
  'html-error',
  'wrong-type',
  'empty-body',
] as const
const retryAfterMax = 3
const hangMs = { least: 2_000, most: 5_000 }

/** `share`: of requests that make something. `listingSeconds`: lists lag behind by at most so much. */
export type Climate = { seed: number; share: number; listingSeconds: number }
export type Weather = {
  hangMs: number
  /** How long lists of a network leave out what is new. */
  listingDelayMs: (network: string) => number
  /** Of one request that makes something: the same for the same words, at the same attempt. */
  faultOf: (network: string, word: string, attempt: number) => Fault
}

export function weatherOf({ seed, share, listingSeconds }: Climate): Weather {
  const root = seeded(seed)
  return {
    hangMs: root.fork('hang').whole(hangMs.least, hangMs.most),
    listingDelayMs: (network) => root.fork(`listing ${network}`).whole(0, listingSeconds) * 1_000,
    faultOf: (network, word, attempt) => {
      const random = root.fork(`${network} ${word} ${attempt}`)
      return random.next() < share ? picked(random) : 'ok'
    },
  }
}

function picked(random: Random): Fault {
  const kind = random.pick(kinds)
  if (kind === 'rate-limited') return { status: 429, retryAfter: random.whole(1, retryAfterMax) }
  return kind === 'unavailable' ? { status: 503 } : kind
}

/** To a webhook a 2xx is a yes, whatever comes with it: there what damages an answer breaks HTTP itself. */
export const forReceiver = (fault: Fault): ReceiverFault => {
  if (typeof fault === 'object') return { status: fault.status, retryAfter: fault.retryAfter }
  return fault === 'html-error' || fault === 'wrong-type' || fault === 'empty-body' ? 'garbage' : fault
}

/** A mail server knows one word for "not now"; the second of these says nothing of a limit. */
export const forMail = (fault: Fault): Fault =>
  typeof fault === 'object' && fault.status === 503 ? { status: 451 } : fault

/** Not sign-in, uploads or questions; as `services/publishing/networks/once.test.ts` says it. */
export const isMaking = ({ method, path }: Pick<Asked, 'method' | 'path'>): boolean =>
  method !== 'GET' &&
  !/createSession|refreshSession|uploadBlob|\/media|\/tags|\/categories|getMe|getChat|\/images|dms-uploads|\/photos|\/oauth/i.test(
    path,
  )

/** The word that stands in every part of one text and in no other; see `@floowe/faults/texts.ts`. */
export const wordIn = (text: string): string | null =>
  /zq[bcdfghklmnprtvwz]+x[bcdfghklmnprtvwz]+x[bcdfghklmnprtvwz]+/.exec(text)?.[0] ?? null

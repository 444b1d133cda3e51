/** What tells one network's posts from another's, for those who look at them. Seen there, and in what their APIs answer. */
import type { Network } from '@floowe/contracts/networks'
import type { Fold } from './folds.ts'

/** Networks of posts; the others carry whole texts. */
const networks = ['x', 'bluesky', 'mastodon', 'linkedin', 'facebook', 'telegram', 'discord', 'slack'] as const
export type PostNetwork = (typeof networks)[number]

export const isPostNetwork = (network: Network): network is PostNetwork =>
  (networks as readonly string[]).includes(network)

type Traits = {
  /** `thread`: parts below one another, joined by a line. `feed`: a card over the whole width. `chat`: a message in a room. */
  form: 'thread' | 'feed' | 'chat'
  /** Where a long text is cut until somebody asks for more; null: it is shown whole. */
  fold: Fold | null
  /** The least and the most width to height of a picture that stands alone; beyond them it is cropped. */
  ratios: readonly [least: number, most: number]
  /** Pictures that are seen at once; the rest is a number on the last one. */
  seenMax: number
  hasAlt: boolean
  /** Whether pictures leave room for the card of the link. */
  hasCardBesidePictures: boolean
}

const thread = { form: 'thread', fold: null, seenMax: 4, hasAlt: true, hasCardBesidePictures: false } as const
const feed = { form: 'feed', seenMax: 5, hasAlt: true, hasCardBesidePictures: false } as const
const chat = { form: 'chat', fold: null, seenMax: 10, ratios: [0.5, 2.5] } as const

export const traits: Readonly<Record<PostNetwork, Traits>> = {
  x: { ...thread, ratios: [3 / 4, 5] },
  bluesky: { ...thread, ratios: [1 / 2, 5] },
  mastodon: { ...thread, ratios: [2 / 3, 5] },
  linkedin: { ...feed, fold: { characters: 210, lines: 3 }, ratios: [4 / 5, 3] },
  facebook: { ...feed, fold: { characters: 477, lines: 5 }, ratios: [4 / 5, 3] },
  telegram: { ...chat, hasAlt: false, hasCardBesidePictures: false },
  discord: { ...chat, hasAlt: true, hasCardBesidePictures: true },
  slack: { ...chat, hasAlt: true, hasCardBesidePictures: false },
}

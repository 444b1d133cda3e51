/** What of a text the network makes a link of: addresses, people, tags. As Floowe's posts arrive there: some networks take no mentions. */
import type { PostNetwork } from './traits.ts'

export type Segment = { kind: 'words' | 'link' | 'mention' | 'hashtag'; text: string }
type Kind = Exclude<Segment['kind'], 'words'>

/** No address is longer; what is longer is not one, and would take long to be read. */
const link = String.raw`https?:\/\/[^\s<>"]{1,2000}(?![^\s<>"])`
/** Without a protocol only under endings that are no words: "np.Jak" is none. */
const bareLink = String.raw`(?<![\p{L}\p{N}@.\/_-])(?:[\p{L}\p{N}-]+\.)+(?:com|org|net|info|edu|gov)(?![\p{L}\p{N}@_-]|\.[\p{L}\p{N}])(?:\/[^\s<>"]*)?`
const xMention = String.raw`(?<![\p{L}\p{N}_!#$%&*@\/])@[A-Za-z0-9_]{1,20}(?![\p{L}\p{N}_@]|:\/\/)`
const telegramMention = String.raw`(?<![\p{L}\p{N}_@\/])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\p{L}\p{N}_@])`
const mastodonMention = String.raw`(?<![\p{L}\p{N}_@\/=])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?)?(?![\p{L}\p{N}_@])`
const hashtag = String.raw`(?<![\p{L}\p{M}\p{N}_#\/&])[#＃](?=[\p{M}\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+(?![\p{L}\p{M}\p{N}_#＃]|:\/\/)`
const linkedinHashtag = String.raw`(?<![\p{L}\p{M}\p{N}_#\/&])#(?=[\p{M}\p{N}]*\p{L})[\p{L}\p{M}\p{N}]+(?![\p{L}\p{M}\p{N}_])`
const blueskyHashtag = String.raw`(?<=^|\s)[#＃](?!\ufe0f)[^\s\p{Cf}\p{Me}]+`

const recogniser = (patterns: Partial<Record<Kind, string>>): RegExp =>
  new RegExp(
    Object.entries(patterns)
      .map(([kind, pattern]) => `(?<${kind}>${pattern})`)
      .join('|'),
    'gu',
  )

const recognisers: Readonly<Record<PostNetwork, RegExp>> = {
  x: recogniser({ link: `${link}|${bareLink}`, mention: xMention, hashtag }),
  // Its posts name what is a link; Floowe names addresses and tags.
  bluesky: recogniser({ link, hashtag: blueskyHashtag }),
  mastodon: recogniser({ link, mention: mastodonMention, hashtag }),
  linkedin: recogniser({ link, hashtag: linkedinHashtag }),
  facebook: recogniser({ link, hashtag }),
  telegram: recogniser({ link: `${link}|${bareLink}`, mention: telegramMention, hashtag }),
  discord: recogniser({ link }),
  slack: recogniser({ link }),
}

/** The text in pieces; joined they are the text again. */
export function segmentsOf(text: string, network: PostNetwork): Segment[] {
  const segments: Segment[] = []
  let told = 0
  for (const { 0: found, index, groups = {} } of text.matchAll(recognisers[network])) {
    const kind = kindOf(groups)
    const words =
      kind === 'link' ? withoutTail(found) : kind === 'hashtag' && network === 'bluesky' ? tagOf(found) : found
    if (words === '' || (kind === 'link' && !URL.canParse(withProtocol(words)))) continue
    if (index > told) segments.push({ kind: 'words', text: text.slice(told, index) })
    segments.push({ kind, text: words })
    told = index + words.length
  }
  if (told < text.length) segments.push({ kind: 'words', text: text.slice(told) })
  return segments
}

/** As many pieces as there are in the first so many characters; what is cut stays what it was. */
export function firstOf(segments: readonly Segment[], characters: number): Segment[] {
  let left = characters
  return segments.flatMap((segment) => {
    const text = segment.text.slice(0, Math.max(0, left))
    left -= segment.text.length
    return text === '' ? [] : [{ ...segment, text }]
  })
}

export const withProtocol = (address: string): string =>
  /^https?:\/\//i.test(address) ? address : `https://${address}`

const kindOf = (groups: Record<string, string | undefined>): Kind =>
  groups['link'] !== undefined ? 'link' : groups['mention'] !== undefined ? 'mention' : 'hashtag'

const tagGraphemesMax = 64
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Bluesky takes all up to a space. @returns empty: what looks like a tag is none */
function tagOf(found: string): string {
  const tag = found.replace(/\p{P}+$/u, '')
  const isTag = /[^\d\p{P}]/u.test(tag) && [...graphemes.segment(tag)].length <= tagGraphemesMax + 1
  return isTag ? tag : ''
}

/** The end of a sentence is no end of a link, nor is the end of a bracket that was opened before it. */
function withoutTail(address: string): string {
  const bare = address.replace(/[.,;:!?…'’”»]+$/u, '')
  return bare.endsWith(')') && bare.split(')').length > bare.split('(').length ? withoutTail(bare.slice(0, -1)) : bare
}

/**
 * Body → HTML for readers, feeds and other systems.
 *
 * Everything, our own tags as well, is put together as text, parsed as a browser would, passed through the allow-list, mended
 * to valid HTML and written out again. Raw pieces (`<b>` in one node, `</b>` in another) therefore combine, and cannot break out.
 */
import type { Body, BodyNode } from '@floowe/contracts/body'
import { toHtml } from 'hast-util-to-html'
import { allowed } from './allow-list.ts'
import { type BuildContext, buildBlocks, buildFootnotes, type PictureSource, type Profile } from './build-html.ts'
import { mend } from './mend-html.ts'
import { parseHtml } from './parse-html.ts'
import { linksForFrames } from './players.ts'
import { renderWords } from './render-words.ts'
import { eachNode } from './sources.ts'

export type { PictureSource } from './build-html.ts'

export type RenderOptions = {
  /**
   * `allow-list`: safe for readers. `as-is`: raw pieces exactly as they came, for systems that trust the author; never shown
   * on our own pages.
   */
  source: 'allow-list' | 'as-is'
  /** `site` (default): classes, ids, words and footnotes for our pages. `plain`: bare HTML as CommonMark says it. */
  profile?: Exclude<Profile, 'exchange'>
  /** The workspace's picture behind `media:<id>`; null when it is gone, and its words are shown instead. */
  media?: (id: string) => PictureSource | null
  /** Language of the words that rendering adds (footnotes, callouts); English unless `pl`. */
  language?: string
  /** Before every id, so that they are unique on the page around. Default `t-` in `site`, none in `plain`. */
  idPrefix?: string
  /** The level of the highest heading; those below follow without a gap. Default 2 in `site` (the title is the `h1`); as they are in `plain`. */
  topHeading?: 1 | 2 | 3
  /** Pictures of other sites: shown, or as a link (default in `site`), so that nothing is asked of others before a click. */
  remotePictures?: 'show' | 'link'
  /** Changes running text as it is shown (typography). Not called for code. Must not return markup. */
  text?: (text: string) => string
  /** `rel` of links to other sites; null: none. Default `noopener` for `site`. */
  linkRel?: string | null
}

/** @returns HTML that may stand inside `<article>`: valid, with nothing but what the allow-list names (unless `as-is`). */
export function renderBody(body: Body, options: RenderOptions): string {
  const profile = options.profile ?? 'site'
  const context = contextOf(body, profile, options)
  const html = buildBlocks(body.content, context)
  const whole = html + buildFootnotes(context)
  if (options.source === 'as-is') return whole
  const tree = allowed(linksForFrames(parseHtml(whole)))
  const isSite = profile === 'site'
  mend(tree, {
    idPrefix: context.idPrefix,
    ownSources: context.ownSources,
    isRemoteShown: (options.remotePictures ?? (isSite ? 'link' : 'show')) === 'show',
    pictureWord: context.words.picture,
    text: options.text ?? null,
    topHeading: options.topHeading ?? (isSite ? 2 : null),
    linkRel: options.linkRel === undefined ? (isSite ? 'noopener' : null) : options.linkRel,
  })
  return toHtml(tree, { characterReferences: { useNamedReferences: true } })
}

/** One block in the form that reads back as the same block. */
export function buildExchange(node: BodyNode): string {
  return buildBlocks([node], contextOf({ type: 'doc', content: [node] }, 'exchange', { source: 'as-is' })).replace(
    /\n+/g,
    '',
  )
}

function contextOf(body: Body, profile: Profile, options: RenderOptions): BuildContext {
  const notes = new Map<string, BodyNode>()
  eachNode(body.content, (node) => {
    const label = String(node.attrs?.label ?? '')
    if (node.type === 'footnote' && !notes.has(label)) notes.set(label, node)
  })
  return {
    profile,
    words: renderWords(options.language),
    idPrefix: options.idPrefix ?? (profile === 'site' ? 't-' : ''),
    media: options.media ?? (() => null),
    footnotes: { notes, order: [], mentions: new Map() },
    headingIds: new Set(),
    ownSources: new Set(),
  }
}

/**
 * An issue as a letter: what was frozen, under the newsletter's name, with what everybody who gets it must find in it: who sends it,
 * why, and how to leave. Written once for an issue; each reader's copy differs only in its links.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Locale } from '@floowe/contracts/vocabulary'
import type { LineMessage } from '@floowe/platform'
import { createHash } from 'node:crypto'
import { absoluteHtml, escapeHtml, figureOf } from '../networks/page-html.ts'
import { stamped } from '../stamps.ts'
import { colours, fonts, letterHtml, letterWidth } from './letter-html.ts'
import { letterText, unescapeHtml } from './letter-text.ts'
import type { Profile } from './profile.ts'

/** Stands in the text where each reader's own link goes; nobody can type it. */
const leaveSlot = '\uE000leave\uE001'
const preheaderMax = 150

export type Letter = { subject: string; preheader: string; html: string; text: string }
export type Issue = {
  content: SnapshotContent
  profile: Pick<Profile, 'senderName' | 'imprint' | 'language'>
  newsletterName: string
  /** Where it can be read on the web; null: nowhere. */
  viewUrl: string | null
  /** Of this installation. */
  publicUrl: string
}

const words: Readonly<Record<Locale, Record<'view' | 'why' | 'leave', string>>> = {
  pl: {
    view: 'Otwórz w przeglądarce',
    why: 'Otrzymujesz tę wiadomość, bo zapisał się na nią ten adres e-mail. Newsletter: {name}.',
    leave: 'Wypisz mnie',
  },
  en: {
    view: 'View in your browser',
    why: 'You get this message because this address subscribed to it. Newsletter: {name}.',
    leave: 'Unsubscribe',
  },
}

/** Pure. The link to leave is a slot; see {@link copyFor}. */
export function letterOf({ content, profile, newsletterName, viewUrl, publicUrl }: Issue): Letter {
  const say = words[profile.language]
  const linkOf = (address: string): string => countedLink(address, content, [viewUrl, publicUrl])
  const inHtml = (address: string): string => escapeHtml(linkOf(unescapeHtml(address)))
  const view = viewUrl === null ? null : linkOf(viewUrl)
  const why = say.why.replace('{name}', () => newsletterName)
  const cover = content.cover ? figureOf(content.cover, publicUrl) : ''
  const body = absoluteHtml(content.html, publicUrl)
  const preheader = shortened(content.meta.description || content.lead || content.text)
  const text = [
    content.title,
    content.lead,
    ...(view === null ? [] : [`${say.view}: ${view}`]),
    letterText(body, linkOf),
    `-- \n${profile.senderName}\n${profile.imprint}\n${why}\n${say.leave}: ${leaveSlot}`,
  ]
  return {
    subject: content.title,
    preheader,
    html: page(content, {
      preheader,
      view: view === null ? '' : `<a class="f-quiet" href="${escapeHtml(view)}" style="${quiet}">${say.view}</a>`,
      body: letterHtml(cover + body, inHtml),
      foot: [escapeHtml(profile.senderName), escapeHtml(profile.imprint), escapeHtml(why)].join('<br>'),
      leave: `<a class="f-quiet" href="${leaveSlot}" style="${quiet}">${say.leave}</a>`,
      locale: profile.language,
    }),
    text: text.filter((part) => part !== '').join('\n\n'),
  }
}

/** @param leaveUrl of this reader */
export const copyFor = (letter: Letter, leaveUrl: string): Letter => ({
  ...letter,
  html: letter.html.replaceAll(leaveSlot, () => escapeHtml(leaveUrl)),
  text: letter.text.replaceAll(leaveSlot, () => leaveUrl),
})

/** The address with where it was read, when it leads to a page of ours; others stay as they are, and so do files. */
function countedLink(address: string, content: SnapshotContent, ours: readonly (string | null)[]): string {
  const url = URL.parse(address)
  const isOurs = ours.some((own) => own !== null && URL.parse(own)?.origin === url?.origin)
  return isOurs && !/^\/(?:media|api|newsletter)\//.test(url?.pathname ?? '')
    ? stamped(address, 'newsletter', content, 'email')
    : address
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= preheaderMax) return line
  const cut = line.slice(0, preheaderMax)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), preheaderMax / 2)).toWellFormed()}…`
}

const quiet = `color:${colours.ink2};text-decoration:underline`
const small = `font:13px/1.5 ${fonts.sans};color:${colours.ink2}`
const dark = [
  'body,.f-paper{background:#151618!important;color:#ECEAE5!important}',
  '.f-text,.f-text *{color:#ECEAE5!important}',
  '.f-text a{color:#62BCD0!important}',
  '.f-small,.f-small *,.f-quiet{color:#AAA69E!important}',
].join('')

type Filling = { preheader: string; view: string; body: string; foot: string; leave: string; locale: Locale }

const page = (
  { language, title, lead }: SnapshotContent,
  { preheader, view, body, foot, leave, locale }: Filling,
): string => `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>:root{color-scheme:light dark}@media (prefers-color-scheme: dark){${dark}}</style>
</head>
<body style="margin:0;padding:0;background:${colours.paper};color:${colours.ink}">
<div style="display:none;max-height:0;overflow:hidden" aria-hidden="true">${escapeHtml(preheader)}</div>
<div class="f-paper" role="article" aria-label="${escapeHtml(title)}" style="max-width:${letterWidth}px;margin:0 auto;padding:24px 20px 40px;background:${colours.paper}">
<p class="f-small" lang="${locale}" style="margin:0 0 24px;${small}">${view}</p>
<div class="f-text" style="font:18px/1.6 ${fonts.serif};color:${colours.ink}">
<h1 style="margin:0 0 12px;font:600 32px/1.2 ${fonts.serif}">${escapeHtml(title)}</h1>
${lead === '' ? '' : `<p style="margin:0 0 24px;font-size:20px;line-height:1.45">${escapeHtml(lead)}</p>`}
${body}
</div>
<div class="f-small" lang="${locale}" style="margin:40px 0 0;padding:16px 0 0;border-top:1px solid ${colours.line};${small}">
<p style="margin:0 0 8px">${foot}</p>
<p style="margin:0">${leave}</p>
</div>
</div>
</body>
</html>
`

/** Of one issue to one reader: the same at each attempt, so that whoever gets it twice can tell. */
export const messageIdOf = (deliveryId: string, subscriberId: string, sender: string): string =>
  `${createHash('sha256').update(`${deliveryId}\n${subscriberId}`).digest('hex').slice(0, 40)}@${sender.split('@').at(-1) ?? 'localhost'}`

export type Addressed = {
  to: string
  messageId: string
  leaveUrl: string
  /** Where a mail to leave goes, and where bounces come back to. */
  leaveAddress: string
  returnTo: string
}

export function messageOf(
  letter: Letter,
  { sender, senderName, replyTo }: Profile,
  { to, messageId, leaveUrl, leaveAddress, returnTo }: Addressed,
  list: { id: string; host: string; at: Date },
): LineMessage {
  const { subject, html, text } = copyFor(letter, leaveUrl)
  return {
    returnTo,
    from: { name: senderName, address: sender },
    to,
    replyTo,
    subject,
    html,
    text,
    messageId,
    at: list.at,
    headers: {
      'List-Id': `<${list.id}.${list.host}>`,
      'List-Unsubscribe': `<${leaveUrl}>, <mailto:${leaveAddress}?subject=unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      Precedence: 'bulk',
      'Auto-Submitted': 'auto-generated',
    },
  }
}

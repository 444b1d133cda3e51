/** What an approver gets by mail: what it is about, until when, and a link of their own. */
import type { Letter } from '@floowe/platform'
import { escapeHtml } from '../networks/page-html.ts'

type Locale = 'pl' | 'en'
type Facts = {
  to: string
  approver: string
  asker: string
  workspace: string
  title: string
  channel: string
  dueAt: string
  until: string
  zone: string
  message: string
  url: string
}

export const approvalLetterKind = 'publishing.approval-letter'

export function approvalLetter(locale: Locale, facts: Facts): Letter {
  const due = moment(facts.dueAt, facts.zone, locale)
  const until = moment(facts.until, facts.zone, locale)
  const words = {
    pl: {
      subject: `Do akceptacji: ${facts.title}`,
      greeting: `Dzień dobry, ${facts.approver}!`,
      body: `${facts.asker} (${facts.workspace}) prosi o akceptację publikacji „${facts.title}” w kanale „${facts.channel}”, zaplanowanej na ${due}.`,
      button: 'Zobacz i zdecyduj',
      until: `Link jest tylko dla Ciebie, działa do ${until} i do jednej decyzji. Samo otwarcie niczego nie akceptuje.`,
    },
    en: {
      subject: `For your approval: ${facts.title}`,
      greeting: `Hello ${facts.approver},`,
      body: `${facts.asker} (${facts.workspace}) asks you to approve “${facts.title}” on the channel “${facts.channel}”, planned for ${due}.`,
      button: 'Look and decide',
      until: `The link is yours alone; it works until ${until} and for one decision. Opening it approves nothing.`,
    },
  }[locale]
  const message = facts.message === '' ? [] : [facts.message]
  const text = [words.greeting, words.body, ...message, facts.url, words.until].join('\n\n')
  const paragraph = (line: string): string => `<p style="margin:0 0 16px;white-space:pre-line">${escapeHtml(line)}</p>`
  const button = `<p style="margin:0 0 16px"><a href="${escapeHtml(facts.url)}" style="display:inline-block;padding:12px 20px;background:#1f2933;color:#ffffff;text-decoration:none;border-radius:6px">${escapeHtml(words.button)}</a></p>`
  const html =
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(words.subject)}</title></head>` +
    `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2933"><div style="max-width:560px">` +
    `${[words.greeting, words.body, ...message].map(paragraph).join('')}${button}${paragraph(facts.url)}${paragraph(words.until)}</div></body></html>`
  return { to: facts.to, subject: words.subject.slice(0, 300), text: `${text}\n`, html }
}

/** The zone is printed beside the time: mail is read anywhere. */
function moment(instant: string, zone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(locale === 'pl' ? 'pl-PL' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  return `${parts.format(new Date(instant))} (${zone})`
}

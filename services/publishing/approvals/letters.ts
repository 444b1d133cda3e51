/** What an approver gets by mail: what it is about, until when, and a link of their own. */
import { button, type Letter, momentInLetter, paragraph, writeLetter } from '@floowe/platform'

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
  const due = momentInLetter(facts.dueAt, facts.zone, locale)
  const until = momentInLetter(facts.until, facts.zone, locale)
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
  const message = facts.message === '' ? [] : [paragraph(facts.message)]
  return {
    to: facts.to,
    ...writeLetter(locale, words.subject, [
      paragraph(words.greeting),
      paragraph(words.body),
      ...message,
      button(words.button, facts.url),
      paragraph(words.until),
    ]),
  }
}

/** What identity writes to people. */
import { button, momentInLetter, paragraph, writeLetter, type WrittenLetter } from '@floowe/platform'

export type Locale = 'pl' | 'en'

type Words = { subject: string; greeting: string; body: string; button: string; until: string; ignore: string }

export function resetLetter(
  locale: Locale,
  facts: { name: string; url: string; expiresAt: string; zone: string },
): WrittenLetter {
  const until = momentInLetter(facts.expiresAt, facts.zone, locale)
  const words: Record<Locale, Words> = {
    pl: {
      subject: 'Nowe hasło do Floowe',
      greeting: `Dzień dobry, ${facts.name}!`,
      body: 'Ktoś, zapewne Ty, poprosił o zmianę hasła do Floowe. Nowe hasło ustawisz pod tym adresem:',
      button: 'Ustaw nowe hasło',
      until: `Link działa raz, do ${until}.`,
      ignore: 'Jeśli to nie Ty, zignoruj tę wiadomość: hasło się nie zmieni.',
    },
    en: {
      subject: 'A new password for Floowe',
      greeting: `Hello ${facts.name},`,
      body: 'Someone, probably you, asked to change your Floowe password. Set a new one here:',
      button: 'Set a new password',
      until: `The link works once, until ${until}.`,
      ignore: 'If this was not you, ignore this message: the password stays as it is.',
    },
  }
  return write(words[locale], facts.url, locale)
}

export function invitationLetter(
  locale: Locale,
  facts: { inviter: string; workspace: string; role: string; url: string; expiresAt: string; zone: string },
): WrittenLetter {
  const until = momentInLetter(facts.expiresAt, facts.zone, locale)
  const role = roleWords[locale][facts.role] ?? facts.role
  const words: Record<Locale, Words> = {
    pl: {
      subject: `Zaproszenie do „${facts.workspace}” we Floowe`,
      greeting: 'Dzień dobry!',
      body: `${facts.inviter} zaprasza Cię do przestrzeni „${facts.workspace}” (rola: ${role}). Dołączysz pod tym adresem:`,
      button: 'Przyjmij zaproszenie',
      until: `Link działa raz, do ${until}.`,
      ignore: 'Jeśli nie znasz nadawcy, zignoruj tę wiadomość.',
    },
    en: {
      subject: `Invitation to “${facts.workspace}” on Floowe`,
      greeting: 'Hello,',
      body: `${facts.inviter} invites you to the workspace “${facts.workspace}” (role: ${role}). Join here:`,
      button: 'Accept the invitation',
      until: `The link works once, until ${until}.`,
      ignore: 'If you do not know the sender, ignore this message.',
    },
  }
  return write(words[locale], facts.url, locale)
}

const roleWords: Record<Locale, Readonly<Record<string, string>>> = {
  pl: { owner: 'właściciel', admin: 'administrator', editor: 'redaktor', author: 'autor', viewer: 'czytelnik' },
  en: { owner: 'owner', admin: 'administrator', editor: 'editor', author: 'author', viewer: 'viewer' },
}

const write = ({ subject, greeting, body, button: label, until, ignore }: Words, url: string, locale: Locale) =>
  writeLetter(locale, subject, [
    paragraph(greeting),
    paragraph(body),
    button(label, url),
    paragraph(until),
    paragraph(ignore),
  ])

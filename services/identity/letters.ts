/** What identity writes to people: plain text, and the same as simple HTML. */

export type Letter = { subject: string; text: string; html: string }
export type Locale = 'pl' | 'en'

type Words = { subject: string; greeting: string; body: string; button: string; until: string; ignore: string }

export function resetLetter(
  locale: Locale,
  facts: { name: string; url: string; expiresAt: string; zone: string },
): Letter {
  const until = moment(facts.expiresAt, facts.zone, locale)
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
): Letter {
  const until = moment(facts.expiresAt, facts.zone, locale)
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

function write(words: Words, url: string, locale: Locale): Letter {
  const paragraph = (text: string): string => `<p style="margin:0 0 16px">${escaped(text)}</p>`
  const button = `<p style="margin:0 0 16px"><a href="${escaped(url)}" style="display:inline-block;padding:12px 20px;background:#1f2933;color:#ffffff;text-decoration:none;border-radius:6px">${escaped(words.button)}</a></p>`
  return {
    subject: words.subject,
    text: `${words.greeting}\n\n${words.body}\n\n${url}\n\n${words.until}\n${words.ignore}\n`,
    html:
      `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(words.subject)}</title></head>` +
      `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2933"><div style="max-width:560px">` +
      `${paragraph(words.greeting)}${paragraph(words.body)}${button}<p style="margin:0 0 16px;word-break:break-all">${escaped(url)}</p>${paragraph(words.until)}${paragraph(words.ignore)}</div></body></html>`,
  }
}

/** The zone is printed beside the time: mail is read anywhere. */
export function moment(instant: string, zone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(locale === 'pl' ? 'pl-PL' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  return `${parts.format(new Date(instant))} (${zone})`
}

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)

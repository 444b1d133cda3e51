/** The pages around a newsletter: subscribe, confirm, leave. One file each, no script, in the reader's language. */
import { createHash } from 'node:crypto'
import type { Locale } from '@floowe/contracts/vocabulary'
import { escapeHtml } from '../networks/page-html.ts'

export type Page = {
  locale: Locale
  title: string
  text: string
  /** One button that posts, with fields above it. */
  form?: { action: string; button: string; fields?: string; isQuiet?: boolean }
  note?: string
}

const style = `
:root { color-scheme: light dark; --paper: #FBFAF7; --surface: #FFFFFF; --line: #D3CEC2; --ink: #1D1B18; --ink-2: #5C5850; --ink-3: #716C63; --river: #0C6B80; --on-river: #FFFFFF }
@media (prefers-color-scheme: dark) { :root { --paper: #151618; --surface: #1C1E21; --line: #3A3E44; --ink: #ECEAE5; --ink-2: #AAA69E; --ink-3: #959189; --river: #62BCD0; --on-river: #151618 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 "Schibsted Grotesk", system-ui, sans-serif; overflow-wrap: break-word }
main { max-width: 34rem; margin: 0 auto; padding: 15vh 1.25rem 4rem }
h1 { margin: 0 0 .75rem; font: 600 clamp(1.75rem, 6vw, 2.5rem)/1.15 Newsreader, Charter, Georgia, serif; letter-spacing: -.02em; text-wrap: balance }
p { margin: 0 0 1.5rem; color: var(--ink-2) }
label { display: block; margin: 0 0 .25rem; font-size: .9375rem }
input { width: 100%; min-height: 2.75rem; margin: 0 0 1rem; padding: .5rem .75rem; border: 1px solid var(--ink-3); border-radius: 8px; background: var(--surface); color: var(--ink); font: inherit }
button { min-height: 2.75rem; padding: .5rem 1.25rem; border: 1px solid var(--river); border-radius: 8px; background: var(--river); color: var(--on-river); font: inherit; font-weight: 600; cursor: pointer }
button.quiet { background: none; color: var(--river) }
.note { margin: 1.5rem 0 0; font-size: .875rem; color: var(--ink-3) }
.trap { position: absolute; left: -10000px }
:focus-visible { outline: 2px solid var(--river); outline-offset: 2px }
`
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

export const pageHtml = ({ locale, title, text, form, note }: Page): string => `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${form ? `<form method="post" action="${escapeHtml(form.action)}">${form.fields ?? ''}<button${form.isQuiet ? ' class="quiet"' : ''}>${escapeHtml(form.button)}</button></form>` : ''}
${note ? `<p class="note">${escapeHtml(note)}</p>` : ''}
</main>
</body>
</html>
`

const formWords = {
  pl: { label: 'Adres e-mail', button: 'Zapisz mnie', trap: 'Nie wypełniaj tego pola' },
  en: { label: 'E-mail address', button: 'Subscribe', trap: 'Leave this field empty' },
} as const
/** Programs that fill in every field give themselves away by this one. */
export const trapField = 'website'

/** Of the page, and of the form to copy. @param isOwnPage with the look of our own pages */
export function subscribeFields(locale: Locale, isOwnPage: boolean): string {
  const { label, trap } = formWords[locale]
  const hidden = isOwnPage ? 'class="trap"' : 'style="position:absolute;left:-10000px"'
  return [
    `<label for="floowe-email">${label}</label>`,
    '<input id="floowe-email" name="email" type="email" required maxlength="254" autocomplete="email">',
    `<div ${hidden} aria-hidden="true"><label>${trap}<input name="${trapField}" tabindex="-1" autocomplete="off"></label></div>`,
  ].join('\n')
}
export const subscribeButton = (locale: Locale): string => formWords[locale].button

/** For a page of one's own. */
export const formToCopy = (locale: Locale, action: string): string =>
  `<form method="post" action="${escapeHtml(action)}" accept-charset="utf-8">
${subscribeFields(locale, false)}
<input type="hidden" name="lang" value="${locale}">
<button>${formWords[locale].button}</button>
</form>`

type Said = Pick<Page, 'title' | 'text'> & { button?: string; note?: string }
export type Saying =
  | 'subscribe'
  | 'asked'
  | 'notAnAddress'
  | 'confirm'
  | 'confirmed'
  | 'expired'
  | 'leave'
  | 'left'
  | 'back'
  | 'sample'
  | 'missing'
  | 'tooMany'
export const sayings: Readonly<Record<Locale, Readonly<Record<Saying, Said>>>> = {
  pl: {
    subscribe: {
      title: '{name}',
      text: 'Wpisz swój adres, a wyślemy list z linkiem, który potwierdza zapis.',
      note: 'Wypisać się można w każdej chwili, jednym kliknięciem. Nadawca: {imprint}',
    },
    asked: {
      title: 'Sprawdź pocztę',
      text: 'Jeśli ten adres nie jest jeszcze zapisany, za chwilę przyjdzie na niego list. Otwórz w nim link, aby potwierdzić zapis.',
      note: 'Nie ma listu? Zajrzyj do spamu i na kartę z ofertami.',
    },
    notAnAddress: { title: 'To nie jest adres e-mail', text: 'Sprawdź, czy nie ma w nim literówki.' },
    confirm: {
      title: 'Potwierdź zapis',
      text: 'Newsletter „{name}” będzie przychodził na adres {email}.',
      button: 'Potwierdzam zapis',
    },
    confirmed: {
      title: 'Zapisano',
      text: 'Newsletter „{name}” będzie przychodził na adres {email}. Wypisać się można linkiem na dole każdego wydania.',
    },
    expired: {
      title: 'Ten link już nie działa',
      text: 'Wygasł albo został zastąpiony nowszym. Zapisz się jeszcze raz.',
    },
    leave: {
      title: 'Wypisać Cię?',
      text: 'Newsletter „{name}” przestanie przychodzić na adres {email}.',
      button: 'Wypisz mnie',
    },
    left: {
      title: 'Wypisano',
      text: 'Newsletter „{name}” nie będzie już przychodził na adres {email}.',
      button: 'To pomyłka, zapisz mnie z powrotem',
    },
    back: { title: 'Zapisano z powrotem', text: 'Newsletter „{name}” będzie dalej przychodził na adres {email}.' },
    sample: {
      title: 'To tylko próbka',
      text: 'W prawdziwym liście każdy czytelnik ma tu własny link, którym się wypisuje.',
    },
    missing: { title: 'Nie ma takiej strony', text: 'Sprawdź, czy adres został skopiowany w całości.' },
    tooMany: { title: 'Za dużo prób', text: 'Odczekaj kilka minut i spróbuj jeszcze raz.' },
  },
  en: {
    subscribe: {
      title: '{name}',
      text: 'Type your address, and we send a letter with a link that confirms your subscription.',
      note: 'You can leave at any time, with one click. Sent by {imprint}',
    },
    asked: {
      title: 'Look into your mail',
      text: 'If this address is not subscribed yet, a letter will arrive there in a moment. Open the link in it to confirm.',
      note: 'No letter? Look into spam and among the offers.',
    },
    notAnAddress: { title: 'This is not an e-mail address', text: 'Check it for a typing mistake.' },
    confirm: {
      title: 'Confirm your subscription',
      text: 'The newsletter “{name}” will come to {email}.',
      button: 'Confirm my subscription',
    },
    confirmed: {
      title: 'You are subscribed',
      text: 'The newsletter “{name}” will come to {email}. You can leave by the link at the foot of each issue.',
    },
    expired: {
      title: 'This link no longer works',
      text: 'It has expired, or a newer one took its place. Subscribe once more.',
    },
    leave: {
      title: 'Unsubscribe?',
      text: 'The newsletter “{name}” will no longer come to {email}.',
      button: 'Unsubscribe',
    },
    left: {
      title: 'You are unsubscribed',
      text: 'The newsletter “{name}” will no longer come to {email}.',
      button: 'A mistake: subscribe me again',
    },
    back: { title: 'You are subscribed again', text: 'The newsletter “{name}” will go on coming to {email}.' },
    sample: {
      title: 'This is only a sample',
      text: 'In a real letter each reader has a link of their own here, to leave.',
    },
    missing: { title: 'There is no such page', text: 'Check that the whole address was copied.' },
    tooMany: { title: 'Too many tries', text: 'Wait a few minutes, then try again.' },
  },
}

export function said(locale: Locale, saying: Saying, values: Readonly<Record<string, string>> = {}): Said {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  const { title, text, button, note } = sayings[locale][saying]
  return {
    title: fill(title),
    text: fill(text),
    ...(button !== undefined && { button: fill(button) }),
    ...(note !== undefined && { note: fill(note) }),
  }
}

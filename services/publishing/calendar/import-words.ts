/** Why a row of a file was not taken, in words. Other refusals have theirs in the contracts. */
import { refusalText, refusalWords } from '@floowe/contracts/refusal-words'

const words: Readonly<Record<string, { en: string; pl: string }>> = {
  'row-title': {
    en: 'There is no title, or it is too long.',
    pl: 'Nie ma tytułu albo jest za długi.',
  },
  'row-text': {
    en: 'The text is too long, or holds signs that no text holds.',
    pl: 'Tekst jest za długi albo zawiera znaki, których nie ma w żadnym tekście.',
  },
  'row-language': { en: 'This is not a language.', pl: 'To nie jest język.' },
  'row-zone': { en: 'There is no such time zone.', pl: 'Nie ma takiej strefy czasowej.' },
  'row-status': { en: 'There is no such status.', pl: 'Nie ma takiego statusu.' },
  'row-channel': { en: 'There is no channel of this name.', pl: 'Nie ma kanału o tej nazwie.' },
  'row-campaign': { en: 'There is no campaign of this name.', pl: 'Nie ma kampanii o tej nazwie.' },
  'row-day': {
    en: 'This is not a day. Write 2027-03-28 or 28.03.2027.',
    pl: 'To nie jest dzień. Napisz 28.03.2027 albo 2027-03-28.',
  },
  'row-time': { en: 'This is not a time. Write 09:00.', pl: 'To nie jest godzina. Napisz 09:00.' },
  'row-time-missing': { en: 'There is a day, and no time.', pl: 'Jest dzień, a nie ma godziny.' },
  'row-channel-missing': { en: 'There is a time, and no channel.', pl: 'Jest termin, a nie ma kanału.' },
}

/** @param otherwise for codes that are no refusals */
export function refusalOrRowText(
  code: string,
  locale: 'pl' | 'en',
  otherwise: (code: string, detail: string | null, locale: 'pl' | 'en') => string,
): string {
  const own = words[code]
  if (own) return own[locale]
  return refusalWords[code] ? refusalText(code, locale) : otherwise(code, null, locale)
}

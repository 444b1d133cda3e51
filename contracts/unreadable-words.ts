/** Why a file that was to be imported cannot be read at all, in Polish; readers say it in English. */

const problems: Readonly<Record<string, string>> = {
  'archive-bomb': 'Plik w archiwum rozrasta się ponad wszelką miarę.',
  'archive-too-large': 'Archiwum zawiera za dużo.',
  'broken-json': 'JSON jest uszkodzony.',
  'broken-xml': 'XML jest uszkodzony.',
  'file-gone': 'Przesłanego pliku już nie ma.',
  internal: 'Import nie mógł iść dalej.',
  'not-a-zip': 'To nie jest archiwum zip albo jest uszkodzone.',
  'not-ghost': 'Nie ma w nim wpisów z eksportu Ghosta.',
  'not-wordpress': 'To nie jest eksport WordPressa.',
  'nothing-to-import': 'Nie ma w nim pliku Markdown.',
  'too-many-items': 'Zawiera za dużo pozycji.',
  'unknown-encoding': 'Plik podaje nieznane kodowanie.',
  'xml-entities': 'Plik przynosi własny typ dokumentu; takich plików nie czytamy.',
}

/** Why a whole file was refused, in the reader's language. */
export const unreadableReason = (problem: unknown, reason: unknown, locale: 'pl' | 'en'): string =>
  (locale === 'pl' ? problems[String(problem)] : undefined) ?? String(reason ?? '')

/** Place and reason for the words of the refusal. */
export function unreadableValues(
  { file, line, reason, problem }: Readonly<Record<string, unknown>>,
  locale: 'pl' | 'en',
): Record<string, string> {
  const lineWord = locale === 'pl' ? 'wiersz' : 'line'
  return {
    place: typeof line === 'number' ? `${String(file)}, ${lineWord} ${line}` : String(file ?? '–'),
    reason: unreadableReason(problem, reason, locale),
  }
}

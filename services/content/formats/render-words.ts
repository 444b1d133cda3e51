/** Words that the rendering itself adds to a text. */
export type RenderWords = {
  footnotes: string
  footnote: (number: number) => string
  backTo: (number: number, mention: number) => string
  done: string
  toDo: string
  watchOn: (site: string) => string
  picture: string
  callouts: Readonly<Record<string, string>>
}

const pl: RenderWords = {
  footnotes: 'Przypisy',
  footnote: (number) => `Przypis ${number}`,
  backTo: (number, mention) =>
    mention > 1 ? `Wróć do tekstu: przypis ${number}, miejsce ${mention}` : `Wróć do tekstu: przypis ${number}`,
  done: 'zrobione',
  toDo: 'do zrobienia',
  watchOn: (site) => `Zobacz w serwisie ${site}`,
  picture: 'Ilustracja',
  callouts: { note: 'Uwaga', tip: 'Wskazówka', important: 'Ważne', warning: 'Ostrzeżenie', caution: 'Ostrożnie' },
}

const en: RenderWords = {
  footnotes: 'Footnotes',
  footnote: (number) => `Footnote ${number}`,
  backTo: (number, mention) =>
    mention > 1 ? `Back to the text: footnote ${number}, place ${mention}` : `Back to the text: footnote ${number}`,
  done: 'done',
  toDo: 'to do',
  watchOn: (site) => `See it on ${site}`,
  picture: 'Picture',
  callouts: { note: 'Note', tip: 'Tip', important: 'Important', warning: 'Warning', caution: 'Caution' },
}

/** Polish for Polish, else English. */
export const renderWords = (language: string | null | undefined): RenderWords =>
  language?.toLowerCase().startsWith('pl') ? pl : en

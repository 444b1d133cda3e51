/** Polish set as in a good book: one-letter words never end a line. Applied when text is shown, never to what is stored. */

const oneLetterWord = /(^|[\s(„\u00A0])([iwzouaIWZOUA]) (?=\S)/g
const numberAndUnit = /(\d) (?=(?:zł|kB|MB|GB|km|cm|mm|kg|min|proc\.|tys\.|mln|r\.|%)(?![\p{L}\p{N}]))/gu

/** @returns the same text with spaces that must not break made non-breaking. */
export function typeset(text: string, language: string): string {
  if (!language.startsWith('pl')) return text
  // twice, because two one-letter words in a row share the space between them
  return text
    .replace(oneLetterWord, '$1$2\u00A0')
    .replace(oneLetterWord, '$1$2\u00A0')
    .replace(numberAndUnit, '$1\u00A0')
}

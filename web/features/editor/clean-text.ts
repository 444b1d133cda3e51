/** What titles, leads and descriptions may hold, made so while one types, so that a save is never refused for a stray sign. */

/** Controls, direction changes and zero-width signs that a paste brings along unseen. */
const unseen =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]/g

/** @param max UTF-16 units; a character is never cut in half. */
export const cleanText = (text: string, max: number): string =>
  cut(text.replace(unseen, ''), max).toWellFormed().replaceAll('\uFFFD', '')

/** The same on one line. */
export const cleanLine = (text: string, max: number): string =>
  cleanText(text.replace(/[\r\n\t\u2028\u2029]+/g, ' '), max)

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const end = /[\uD800-\uDBFF]/.test(text.charAt(max - 1)) ? max - 1 : max
  return text.slice(0, end)
}

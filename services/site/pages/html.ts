/** Text that becomes HTML or XML. Everything put into the template is escaped, unless it is such a text itself. */

export type Html = { readonly html: string }
type Value = Html | string | number | null | undefined | false | readonly Value[]

/** `html\`<b>${name}</b>\``. Lists are joined; null, undefined and false leave nothing. The rules of escaping are XML's too. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  let text = parts[0] ?? ''
  for (let index = 0; index < values.length; index++) text += written(values[index]) + (parts[index + 1] ?? '')
  return { html: text }
}
/** Text that is markup already, from {@link html} or a sanitiser. */
export const raw = (text: string): Html => ({ html: text })

function written(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return 'html' in value ? value.html : value.map(written).join('')
}

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Also leaves out what neither HTML nor XML may hold. */
const escaped = (text: string): string =>
  /[&<>"'\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text)
    ? text
        .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
        .replace(/[&<>"']/g, (sign) => marks[sign] ?? '')
    : text

/** JSON inside a `<script>` of data: nothing in it can end the element. */
export const jsonScript = (value: unknown): Html =>
  raw(JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'))

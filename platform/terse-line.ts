/** A log line for a person at a terminal: time, who, what, and the fields as name=value. */

const marks: Readonly<Record<string, string>> = { debug: '·', info: ' ', warn: '!', error: '✖' }

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const word = (value: unknown): string =>
  /^[^\s"=]{1,120}$/.test(text(value)) ? text(value) : JSON.stringify(text(value))

const oneLine = (value: unknown): string => text(value).replace(/\s*[\r\n]+\s*/g, ' ⏎ ')

/** Control characters would let a logged text move the cursor or recolour the terminal. */
const controls = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** @param line one line of ECS JSON, as `log.ts` writes it. */
export function terseLine(line: string): string {
  const fields = JSON.parse(line) as Record<string, unknown> // made by our own writer
  const time = String(fields['@timestamp']).slice(11, 23)
  const level = String(fields['log.level'])
  const details = (fields.floowe ?? {}) as Record<string, unknown> // an object or absent, by log.ts
  const parts = [
    `${time} ${marks[level] ?? level} ${String(fields['service.name']).padEnd(10)} ${oneLine(fields.message)}`,
    ...Object.entries(details).map(([name, value]) => `${word(name)}=${word(value)}`),
  ]
  if (fields['http.request.id'] !== undefined) parts.push(`request=${word(fields['http.request.id'])}`)
  // Only a stack has lines of its own, and those are set in: nobody can write a line that looks like the next one.
  let whole = parts.join('  ')
  if (fields['error.message'] !== undefined) {
    const head = `${text(fields['error.type'] ?? 'Error')}: ${text(fields['error.message'])}`
    const stack = text(fields['error.stack_trace'] ?? head)
    // The stack of a warning is noise; that of an error is what its reader needs.
    whole += level === 'error' ? `\n${stack.replace(/^/gm, '    ')}` : `  (${oneLine(head)})`
    if (fields['error.details'] !== undefined) whole += `\n    ${JSON.stringify(fields['error.details'])}`
  }
  return `${whole.replace(controls, '')}\n`
}

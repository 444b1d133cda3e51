/** A log line for a person at a terminal: time, who, what, and the fields as name=value. */

const marks: Readonly<Record<string, string>> = { debug: '·', info: ' ', warn: '!', error: '✖' }

const word = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text !== undefined && /^[^\s"=]{1,120}$/.test(text) ? text : JSON.stringify(text)
}

/** Control characters would let a logged text move the cursor or recolour the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** @param line one line of ECS JSON, as `log.ts` writes it. */
export function terseLine(line: string): string {
  const fields = JSON.parse(line) as Record<string, unknown> // made by our own writer
  const time = String(fields['@timestamp']).slice(11, 23)
  const level = String(fields['log.level'])
  const details = (fields.floowe ?? {}) as Record<string, unknown> // an object or absent, by log.ts
  const parts = [
    `${time} ${marks[level] ?? level} ${String(fields['service.name']).padEnd(10)} ${String(fields.message).replace(/\s*[\r\n]+\s*/g, ' ⏎ ')}`,
    ...Object.entries(details).map(([name, value]) => `${name}=${word(value)}`),
  ]
  if (fields['http.request.id'] !== undefined) parts.push(`request=${word(fields['http.request.id'])}`)
  // Only a stack has lines of its own, and those are set in: nobody can write a line that looks like the next one.
  let text = parts.join('  ')
  if (fields['error.message'] !== undefined) {
    const head = `${fields['error.type'] ?? 'Error'}: ${fields['error.message']}`
    const stack = String(fields['error.stack_trace'] ?? head)
    // The stack of a warning is noise; that of an error is what its reader needs.
    text += level === 'error' ? `\n${stack.replace(/^/gm, '    ')}` : `  (${head})`
    if (fields['error.details'] !== undefined) text += `\n    ${JSON.stringify(fields['error.details'])}`
  }
  return `${text.replace(controls, '')}\n`
}

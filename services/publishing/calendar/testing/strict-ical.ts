/** Reads an iCalendar object as RFC 5545 writes it, and throws at whatever it does not allow. */
export type Properties = Record<string, string>

const contentLine =
  /^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\u0000-\u001F]*"|[^";:,\u0000-\u001F]*))*):([^\u0000-\u0008\u000A-\u001F\u007F]*)$/
const single = ['UID', 'DTSTAMP', 'DTSTART', 'SUMMARY', 'DESCRIPTION', 'STATUS', 'SEQUENCE', 'TRANSP', 'URL']
const texts = new Set(['SUMMARY', 'DESCRIPTION', 'X-WR-CALNAME', 'X-WR-TIMEZONE', 'X-FLOOWE-ZONE'])

export function strictIcal(bytes: Buffer): { properties: Properties; events: Properties[] } {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  if (!text.endsWith('\r\n')) throw new Error('the last line does not end')
  const physical = text.slice(0, -2).split('\r\n')
  for (const line of physical) {
    if (/[\r\n]/.test(line)) throw new Error('a bare line break')
    if (Buffer.byteLength(line) > 75) throw new Error(`longer than 75 octets: ${line}`)
  }
  const lines = physical
    .join('\r\n')
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
  if (lines.shift() !== 'BEGIN:VCALENDAR' || lines.pop() !== 'END:VCALENDAR') throw new Error('no calendar')
  const properties: Properties = {}
  const events: Properties[] = []
  let event: Properties | null = null
  for (const line of lines) {
    const [, name = '', , value = ''] = contentLine.exec(line) ?? []
    if (name === '') throw new Error(`no content line: ${line}`)
    if (name === 'BEGIN') {
      if (value !== 'VEVENT' || event) throw new Error(`cannot begin here: ${value}`)
      event = {}
    } else if (name === 'END') {
      if (value !== 'VEVENT' || !event) throw new Error(`cannot end here: ${value}`)
      events.push(checked(event))
      event = null
    } else {
      const into: Properties = event ?? properties
      if (name in into && (event === null || single.includes(name))) throw new Error(`${name} stands twice`)
      into[name] = texts.has(name) ? unescaped(value) : value
    }
  }
  if (event) throw new Error('an event does not end')
  if (properties['VERSION'] !== '2.0' || !properties['PRODID']) throw new Error('VERSION and PRODID must be there')
  if (new Set(events.map(({ UID }) => UID)).size < events.length) throw new Error('two events are one')
  return { properties, events }
}

function checked(event: Properties): Properties {
  const { UID, DTSTAMP = '', DTSTART = '', STATUS = '', SEQUENCE = '', URL: url } = event
  if (!UID) throw new Error('an event without UID')
  for (const at of [DTSTAMP, DTSTART]) if (!/^\d{8}T\d{6}Z$/.test(at)) throw new Error(`no date in UTC: ${at}`)
  if (!['TENTATIVE', 'CONFIRMED', 'CANCELLED'].includes(STATUS)) throw new Error(`no status: ${STATUS}`)
  if (!/^\d+$/.test(SEQUENCE)) throw new Error(`no sequence: ${SEQUENCE}`)
  if (url !== undefined) new URL(url)
  return event
}

function unescaped(value: string): string {
  if (/(^|[^\\])(\\\\)*[;,]/.test(value)) throw new Error(`a sign that is not escaped: ${value}`)
  return value.replace(/\\(.)/g, (_, sign: string) => {
    if (!['\\', ';', ',', 'n', 'N'].includes(sign)) throw new Error(`no escape: \\${sign}`)
    return sign.toLowerCase() === 'n' ? '\n' : sign
  })
}

/**
 * Takes out of anything that is about to be written down what must not be: secrets by the name of their field, secrets by
 * their look inside a text (also inside messages, stacks and addresses), and the network addresses of people.
 */
import { isIP } from 'node:net'

const removed = '[removed]'
const depthMax = 6
const membersMax = 60
const textLengthMax = 8_192

/** Names are compared in lower case without punctuation: `X-Api-Key`, `api_key` and `apiKey` are one. */
const secretName = new RegExp(
  [
    'authorization|cookie|passw|passphrase|pwd$|secret|token|credential|signature|bearer|apikey|privatekey',
    '(^|[a-z])keys?$|^pin$|^otp|totp|recoverycode|^jwt|^session$|sessionid|^auth$',
  ].join('|'),
)
/** Names that only look like secrets: places in a store, and counts of words a language model read. */
const harmlessName =
  /^(cachekey|blobkey|routingkey|rowkey|primarykey|foreignkey|sortkey|keyphrasekey|eventkey|lockkey)$/
const countName = /tokens(count|max|used|left)$|(max|input|output|prompt|completion|total)tokens$/
const personName =
  /^(ip|ips|ipaddress|clientip|remoteip|remoteaddress|realip|xrealip|forwarded|xforwardedfor|cfconnectingip|trueclientip)$/

const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** What a field's name alone says about its value. */
export function isSecretName(name: string): boolean {
  const plain = plainName(name)
  return secretName.test(plain) && !harmlessName.test(plain)
}

const textRules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, removed],
  // Ours first, then the forms of the services people connect most.
  [/\b(?:whsec_|flo_)[\w+/=.-]{6,}/g, removed],
  [/\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)[\w-]{8,}|\bsk-[\w-]{16,}/g, removed],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|EAA)[\w-]{16,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}/g, removed],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, removed],
  [/\b(Bearer|Basic|Digest|Negotiate|DPoP)(\s+|%20|\+)(?!token\b|auth)[\w~+/.=:-]{6,}/gi, `$1 ${removed}`],
  // user:password@ of an address; the user may be a secret as well.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@"'<>]{1,512}@/gi, `$1${removed}@`],
  // ?code=…&token=…: short names count only where a query or fragment begins or goes on.
  [/([?&#;](?:code|state|sig|hmac|key|k|t|p|pass|auth|otp)=)[^&#\s"'<>]+/gi, `$1${removed}`],
  // A header inside a text, to the end of its line.
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-api-key|x-auth-token)(["']?\s*[:=]\s*)(?!\[removed\])[^\r\n]{1,8192}/gi,
    `$1$2${removed}`,
  ],
  // name=value, name: value, "name":"value".
  [
    /([\w.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|signature|session[-_]?id)[\w-]{0,20}(?:\\?["'])?\s*(?:=|:|%3D)\s*)(\\?"(?:[^"\\]|\\[^"]){0,8192}\\?"|'[^']{0,8192}'|[^\s&,;"'<>)\]}]{1,8192})/gi,
    `$1${removed}`,
  ],
]
/** Most lines hold none of these; one test of all saves running each. */
const worthALook =
  /BEGIN |whsec_|flo_|[sprk]k[-_]|gh[pousr]_|github_pat|glpat|xox|EAA|AKIA|AIza|eyJ|bearer|basic|digest|negotiate|dpop|:\/\/|[?&#;]\w{1,5}=|authorization|cookie|x-api|x-auth|passw|passphrase|pwd|secret|token|key|credential|signature|session/i

const version4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g
const version6 = /(?<![\w:.])(?=[0-9a-f:.]*:[0-9a-f:.]*:)[0-9a-f:]{2,39}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])/gi
const ownAddress = /^(127\.|0\.0\.0\.0$|::1?$)/

const withoutAddresses = (text: string): string => {
  const hide = (found: string): string => (isIP(found) === 0 || ownAddress.test(found) ? found : '[address]')
  let clean = text
  if (clean.includes('.')) clean = clean.replace(version4, hide)
  if (clean.includes(':')) clean = clean.replace(version6, hide)
  return clean
}

/** A text without secrets and addresses, at most 8,192 characters. */
export function scrubText(given: string): string {
  // What is thrown and logged does not always keep its types.
  const text = typeof given === 'string' ? given : String(given)
  let clean = text.length > textLengthMax ? `${text.slice(0, textLengthMax)}…` : text
  if (worthALook.test(clean)) for (const [pattern, instead] of textRules) clean = clean.replace(pattern, instead)
  return withoutAddresses(clean)
}

type Walk = { seen: Set<object>; depth: number }

const scrubNamed = (name: string, value: unknown, walk: Walk): unknown => {
  const plain = plainName(name)
  if (personName.test(plain)) return removed
  if (value === null || value === undefined || typeof value === 'boolean') return value
  if (typeof value === 'number' && countName.test(plain)) return value
  return secretName.test(plain) && !harmlessName.test(plain) ? removed : scrubAny(value, walk)
}

const scrubMembers = (members: Iterable<readonly [unknown, unknown]>, walk: Walk): Record<string, unknown> => {
  const clean: Record<string, unknown> = Object.create(null)
  let count = 0
  for (const [name, value] of members) {
    count += 1
    if (count > membersMax) {
      clean['…'] = 'more'
      break
    }
    clean[scrubText(String(name))] = scrubNamed(String(name), value, walk)
  }
  return clean
}

function scrubArray(values: readonly unknown[], walk: Walk): unknown[] {
  const clean: unknown[] = []
  for (const [index, value] of values.slice(0, membersMax).entries()) {
    // Raw headers come as name, value, name, value.
    const before = index > 0 ? values[index - 1] : undefined
    const isBehindSecretName =
      typeof before === 'string' && before.length <= 60 && /^[\w-]+$/.test(before) && isSecretName(before)
    clean.push(isBehindSecretName && typeof value !== 'boolean' ? removed : scrubAny(value, walk))
  }
  if (values.length > membersMax) clean.push(`… ${values.length - membersMax} more`)
  return clean
}

/** An error in plain words, with its causes and what it carries. */
function scrubError(error: Error, walk: Walk): Record<string, unknown> {
  const own = Object.entries(error).filter(([name]) => !['name', 'message', 'stack', 'cause', 'errors'].includes(name))
  return {
    type: scrubText(error.name),
    message: scrubText(error.message),
    ...(typeof error.stack === 'string' && { stack: scrubText(error.stack) }),
    ...(own.length > 0 && scrubMembers(own, walk)),
    ...(error.cause !== undefined && { cause: scrubAny(error.cause, walk) }),
    ...(error instanceof AggregateError && { errors: scrubArray(error.errors, walk) }),
  }
}

function scrubObject(value: object, walk: Walk): unknown {
  if (walk.seen.has(value)) return '[seen above]'
  if (walk.depth >= depthMax) return '[too deep]'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof URL) return scrubText(value.href)
  if (value instanceof URLSearchParams) return scrubText(`?${value.toString()}`)
  const deeper = { seen: new Set(walk.seen).add(value), depth: walk.depth + 1 }
  if (value instanceof Error) return scrubError(value, deeper)
  if (Array.isArray(value)) return scrubArray(value, deeper)
  if (value instanceof Set) return scrubArray([...value], deeper)
  if (value instanceof Map || value instanceof Headers) return scrubMembers(value, deeper)
  return scrubMembers(Object.entries(value), deeper)
}

function scrubAny(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return scrubText(value)
    case 'object':
      return value === null ? null : scrubObject(value, walk)
    case 'bigint':
      return String(value)
    case 'function':
    case 'symbol':
      return `[${typeof value}]`
    default:
      return value
  }
}

/** A plain copy that may be written down. Never throws: what cannot be read is replaced by a word. */
export function scrub(value: unknown): unknown {
  try {
    return scrubAny(value, { seen: new Set(), depth: 0 })
  } catch {
    return '[unreadable]'
  }
}

/** As {@link scrub}, for the fields of one line. */
export function scrubFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return scrubMembers(Object.entries(fields), { seen: new Set(), depth: 0 })
  } catch {
    return { fields: '[unreadable]' }
  }
}

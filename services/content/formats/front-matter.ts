/**
 * Front matter: what stands above the text of a Markdown file, as YAML (`---`), TOML (`+++`) or JSON (`;;;` or `{`).
 *
 * The names that Hugo, Jekyll, Astro, Eleventy and Zola use are understood; every other key is kept as plain JSON and written
 * out again. Input is hostile until proved otherwise: sizes, depths and aliases are bounded, `__proto__` never becomes a key.
 */
import { parse as parseToml, TomlError } from 'smol-toml'
import { parseDocument, stringify, YAMLParseError } from 'yaml'
import { FieldReader } from './front-matter-fields.ts'
import type { Note } from './incoming.ts'

/** Texts are clean and within the contract's limits; lists hold no empty and no double entries. */
export type FrontMatterFields = {
  id: string | null
  title: string | null
  slug: string | null
  language: string | null
  /** Joins translations of one article. */
  translationKey: string | null
  type: 'article' | 'page' | null
  date: string | null
  updated: string | null
  draft: boolean | null
  /** Any word, lower case. */
  status: string | null
  authors: string[]
  tags: string[]
  categories: string[]
  lead: string | null
  cover: { ref: string; alt: string; caption: string } | null
  /** Paths or addresses that led to it. */
  permalinks: string[]
  meta: { title: string | null; description: string | null; canonicalUrl: string | null; isHidden: boolean | null }
  /** Keys without a field, as plain JSON. */
  extra: Record<string, unknown>
}

export type FrontMatter = {
  kind: 'front-matter'
  format: 'yaml' | 'toml' | 'json' | 'none'
  fields: FrontMatterFields
  /** The text after it. */
  content: string
  /** Line of the file, from 1, on which the text begins. */
  contentLine: number
  notes: Note[]
}

/** The front matter cannot be read. `line` counts from 1 in the file. */
export type FrontMatterProblem = {
  kind: 'problem'
  code: 'front-matter-broken' | 'front-matter-not-closed' | 'front-matter-too-large'
  file: string
  line: number
  reason: string
}

const frontMatterLimits = { bytesMax: 64 * 1024, depthMax: 12, entriesMax: 2000, aliasesMax: 50 } as const

/** `lines`: how many lines stand before the content. */
type Split = { format: 'yaml' | 'toml' | 'json'; text: string; isFenced: boolean; content: string; lines: number }

/** @param text a whole Markdown file. @param file its name, for the problem. */
export function readFrontMatter(text: string, file: string): FrontMatter | FrontMatterProblem {
  const source = text.replace(/^\uFEFF/, '')
  const split = splitOff(source)
  if (split === 'none')
    return { kind: 'front-matter', format: 'none', ...new FieldReader({}).read(), content: source, contentLine: 1 }
  const problem = (code: FrontMatterProblem['code'], line: number, reason: string): FrontMatterProblem => ({
    kind: 'problem',
    code,
    file,
    line,
    reason,
  })
  if (split === 'open') return problem('front-matter-not-closed', 1, 'The front matter begins but never ends.')
  if (split.text.length > frontMatterLimits.bytesMax)
    return problem(
      'front-matter-too-large',
      1,
      `The front matter is larger than ${frontMatterLimits.bytesMax / 1024} kB.`,
    )
  const parsed = parse(split)
  if ('reason' in parsed) return problem('front-matter-broken', parsed.line, parsed.reason)
  const budget = { entries: 0, dropped: [] as string[] }
  const value = plain(parsed.value, 1, budget)
  if (budget.entries > frontMatterLimits.entriesMax)
    return problem(
      'front-matter-too-large',
      1,
      `The front matter has more than ${frontMatterLimits.entriesMax} entries.`,
    )
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    if (value !== null) return problem('front-matter-broken', 2, 'The front matter is not a list of keys and values.')
  }
  const read = new FieldReader((value ?? {}) as Record<string, unknown>).read() // just tested: an object or null
  for (const key of budget.dropped)
    read.notes.push({
      code: 'front-matter-key-left-out',
      text: `The front matter key "${key}" is not kept.`,
      values: { key },
    })
  return { kind: 'front-matter', format: split.format, ...read, content: split.content, contentLine: split.lines + 1 }
}

const fences = { '---': 'yaml', '+++': 'toml', ';;;': 'json' } as const

function splitOff(source: string): Split | 'none' | 'open' {
  const first = /^(---|\+\+\+|;;;)[ \t]*(?:\r?\n|$)/.exec(source)
  if (!first) return /^\{[ \t]*(?:"|\r?\n\s*["}]|\})/.test(source) ? splitBraces(source) : 'none'
  const fence = first[1] as keyof typeof fences // the pattern's three
  const close = (
    fence === '---' ? /^(?:---|\.\.\.)[ \t]*$/m : fence === '+++' ? /^\+\+\+[ \t]*$/m : /^;;;[ \t]*$/m
  ).exec(source.slice(first[0].length))
  const rest = source.slice(first[0].length)
  if (!close) return /^\s*["\w][\w "'.-]*\s*[:=]/.test(rest) ? 'open' : 'none'
  const text = rest.slice(0, close.index)
  // A rule, a paragraph and a rule are no front matter.
  if (fence === '---' && !/^\s*(?:#.*|[^\s#:][^:\n]*:(?:\s|$)|\{|$)/m.test(text.trimStart().split('\n')[0] ?? ''))
    return 'none'
  const after = rest.slice(close.index + close[0].length).replace(/^\r?\n/, '')
  const content = after.replace(/^[ \t]*\r?\n/, '')
  return { format: fences[fence], text, isFenced: true, content, lines: linesBefore(source, content) }
}

const linesBefore = (source: string, content: string): number =>
  source.slice(0, source.length - content.length).split('\n').length - 1

/** JSON without fences ends where its brace closes. */
function splitBraces(source: string): Split | 'none' | 'open' {
  let depth = 0
  let isText = false
  for (let index = 0; index < Math.min(source.length, frontMatterLimits.bytesMax + 1); index++) {
    const sign = source[index]
    if (isText) {
      if (sign === '\\') index += 1
      else if (sign === '"') isText = false
    } else if (sign === '"') isText = true
    else if (sign === '{') depth += 1
    else if (sign === '}') depth -= 1
    if (depth === 0) {
      const content = source.slice(index + 1)
      if (!/^[ \t]*(?:\r?\n|$)/.test(content)) return 'none'
      const after = content.replace(/^[ \t]*\r?\n(?:[ \t]*\r?\n)?/, '')
      return {
        format: 'json',
        text: source.slice(0, index + 1),
        isFenced: false,
        content: after,
        lines: linesBefore(source, after),
      }
    }
  }
  return 'open'
}

function parse(split: Split): { value: unknown } | { line: number; reason: string } {
  try {
    if (split.format === 'toml') return { value: parseToml(split.text) }
    if (split.format === 'json') return { value: JSON.parse(split.text.trim() === '' ? '{}' : split.text) }
    const document = parseDocument(split.text, { schema: 'core', uniqueKeys: true, prettyErrors: true })
    const [error] = document.errors
    if (error) throw error
    return { value: document.toJS({ maxAliasCount: frontMatterLimits.aliasesMax }) }
  } catch (error) {
    return { line: 1 + lineOf(error, split), reason: reasonOf(error) }
  }
}

/** The line within the front matter's own text, from 1. JSON in braces begins on the file's first line. */
function lineOf(error: unknown, split: Split): number {
  if (error instanceof YAMLParseError) return error.linePos?.[0].line ?? 1
  if (error instanceof TomlError) return error.line
  if (split.format !== 'json') return 1
  // JSON's own errors seldom name a place; YAML, which holds JSON, always does.
  const line = parseDocument(split.text, { schema: 'core', logLevel: 'silent' }).errors[0]?.linePos?.[0].line ?? 1
  return split.isFenced ? line : line - 1
}

function reasonOf(error: unknown): string {
  const first = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  if (first.startsWith('Excessive alias')) return 'The front matter repeats itself through too many aliases.'
  if (error instanceof RangeError) return 'The front matter is nested too deeply.'
  return (
    first
      .replace(/ at line \d+, column \d+:?$/, '')
      .replace(/^Invalid TOML document: /, '')
      .slice(0, 300) || 'The front matter cannot be read.'
  )
}

/** Plain JSON of whatever a parser made: dates as text, no dangerous keys, bounded. */
function plain(value: unknown, depth: number, budget: { entries: number; dropped: string[] }): unknown {
  budget.entries += 1
  if (budget.entries > frontMatterLimits.entriesMax || depth > frontMatterLimits.depthMax) return null
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '')
  if (Array.isArray(value)) return value.map((entry) => plain(entry, depth + 1, budget))
  if (value === null || typeof value !== 'object') return typeof value === 'boolean' ? value : null
  const copy: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(value)) {
    if (
      key === '__proto__' ||
      key === 'constructor' ||
      key === 'prototype' ||
      key.includes('\u0000') ||
      key.length > 200
    )
      budget.dropped.push(key.slice(0, 40))
    else copy[key.toWellFormed()] = plain(entry, depth + 1, budget)
  }
  return copy
}

/**
 * Front matter in YAML with its fences and a blank line after; empty when there is nothing to say. Reading it gives the same
 * fields.
 */
export function writeFrontMatter(fields: FrontMatterFields): string {
  const { meta } = fields
  const cover =
    fields.cover &&
    (fields.cover.alt || fields.cover.caption
      ? {
          image: fields.cover.ref,
          ...(fields.cover.alt ? { alt: fields.cover.alt } : {}),
          ...(fields.cover.caption ? { caption: fields.cover.caption } : {}),
        }
      : fields.cover.ref)
  const listed = {
    id: fields.id,
    title: fields.title,
    slug: fields.slug,
    language: fields.language,
    translationKey: fields.translationKey,
    type: fields.type,
    date: fields.date,
    lastmod: fields.updated,
    draft: fields.draft,
    status: fields.status,
    authors: fields.authors,
    tags: fields.tags,
    categories: fields.categories,
    lead: fields.lead,
    cover,
    aliases: fields.permalinks,
    metaTitle: meta.title,
    metaDescription: meta.description,
    canonicalUrl: meta.canonicalUrl,
    noindex: meta.isHidden,
  }
  const kept = Object.entries(listed).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  )
  const all = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(Object.entries(fields.extra).filter(([key]) => !Object.hasOwn(listed, key))),
  }
  return Object.keys(all).length === 0
    ? ''
    : `---\n${stringify(all, { lineWidth: 0, schema: 'core', aliasDuplicateObjects: false })}---\n\n`
}

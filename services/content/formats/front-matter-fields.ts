/** The names that site generators use → the fields we know. */
import { cleanLine, cleanText, instantOf, languageOf, slugOfSource } from './clean-text.ts'
import type { FrontMatterFields } from './front-matter.ts'
import type { Note } from './incoming.ts'

/** Names in the order of preference, compared without case, hyphens and underscores. */
const names = {
  id: ['id', 'uuid', 'guid'],
  title: ['title'],
  slug: ['slug'],
  language: ['language', 'lang', 'locale'],
  translationKey: ['translationkey', 'translationid', 'ref'],
  date: ['date', 'publishdate', 'pubdate', 'publishedat', 'published', 'datepublished', 'createdat', 'created'],
  updated: ['lastmod', 'updated', 'modified', 'lastmodifiedat', 'updatedat', 'updateddate', 'datemodified'],
  draft: ['draft'],
  status: ['status'],
  authors: ['authors', 'author', 'byline'],
  tags: ['tags', 'tag'],
  categories: ['categories', 'category'],
  lead: ['lead', 'excerpt', 'summary', 'description', 'intro'],
  cover: ['cover', 'image', 'featuredimage', 'coverimage', 'heroimage', 'thumbnail', 'banner'],
  coverAlt: ['coveralt', 'imagealt', 'coverimagealt', 'heroimagealt'],
  permalinks: ['permalink', 'url'],
  aliases: ['aliases', 'redirectfrom', 'alias'],
  metaTitle: ['metatitle', 'seotitle'],
  metaDescription: ['metadescription', 'seodescription'],
  canonicalUrl: ['canonicalurl', 'canonical'],
  isHidden: ['noindex'],
} as const
type Name = keyof typeof names

const folded = (key: string): string => key.toLowerCase().replace(/[-_\s]/g, '')

/** Takes known keys out of front matter, each once; what stays is kept as it is. */
export class FieldReader {
  private readonly extra: Record<string, unknown>
  private readonly notes: Note[] = []

  constructor(values: Record<string, unknown>) {
    this.extra = { ...values }
  }

  read(): { fields: FrontMatterFields; notes: Note[] } {
    const isUnpublished = this.unpublished()
    const lead = this.line('lead', 1000, true)
    const fields: FrontMatterFields = {
      id: this.line('id', 200),
      title: this.line('title', 300),
      slug: this.made('slug', slugOfSource),
      language: this.made('language', languageOf),
      translationKey: this.line('translationKey', 200),
      type: this.type(),
      date: this.made('date', instantOf),
      updated: this.made('updated', instantOf),
      draft: isUnpublished ? true : this.flag('draft'),
      status: this.line('status', 40)?.toLowerCase() ?? null,
      authors: this.list('authors', 80),
      tags: this.list('tags', 80),
      categories: this.list('categories', 80),
      lead,
      cover: this.cover(),
      permalinks: [...new Set([...this.list('permalinks', 2000), ...this.list('aliases', 2000)])],
      meta: {
        title: this.line('metaTitle', 200),
        description: this.metaDescription(lead),
        canonicalUrl: this.address('canonicalUrl'),
        isHidden: this.flag('isHidden'),
      },
      extra: this.extra,
    }
    return { fields, notes: this.notes }
  }

  /** The first key of a name that `take` can use; others of the same name stay where they are. */
  private take<Value>(name: Name, use: (value: unknown) => Value | null): Value | null {
    for (const wanted of names[name]) {
      const key = Object.keys(this.extra).find((own) => folded(own) === wanted)
      if (key === undefined) continue
      const value = this.extra[key]
      const used = use(value)
      if (used !== null) {
        delete this.extra[key]
        return used
      }
      if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) delete this.extra[key]
      else
        this.notes.push({
          code: 'front-matter-not-understood',
          text: `The front matter key "${key}" was not understood and is kept as it is.`,
          values: { key },
        })
    }
    return null
  }

  private line(name: Name, max: number, isText = false): string | null {
    return this.take(name, (value) => {
      const whole = isText ? cleanText(value, 100_000) : cleanLine(value, 100_000)
      const text = isText ? cleanText(whole, max) : cleanLine(whole, max)
      if (text.length < whole.length)
        this.notes.push({
          code: 'text-cut',
          text: `The ${name} was longer than ${max} characters and is cut.`,
          values: { what: name, max },
        })
      return text === '' ? null : text
    })
  }

  private made(name: Name, make: (value: unknown) => string | null): string | null {
    return this.take(name, make)
  }

  private flag(name: Name): boolean | null {
    return this.take(name, (value) => {
      if (typeof value === 'boolean') return value
      const word = typeof value === 'string' ? value.toLowerCase() : ''
      return word === 'true' || word === 'yes' ? true : word === 'false' || word === 'no' ? false : null
    })
  }

  /** Jekyll's `published: false`; elsewhere `published` is a date. */
  private unpublished(): boolean {
    const key = Object.keys(this.extra).find((own) => folded(own) === 'published')
    if (key === undefined || typeof this.extra[key] !== 'boolean') return false
    const isUnpublished = this.extra[key] === false
    delete this.extra[key]
    return isUnpublished
  }

  /** Words of a list, a comma list, or objects with a name. */
  private list(name: Name, max: number): string[] {
    const taken = this.take(name, (value) => {
      const entries = Array.isArray(value)
        ? value
        : typeof value === 'string' && (name === 'tags' || name === 'categories')
          ? value.split(',')
          : [value]
      // Hexo writes categories within categories as lists within the list.
      const words = entries
        .flat(3)
        .map((entry) =>
          cleanLine(entry !== null && typeof entry === 'object' && 'name' in entry ? entry.name : entry, max),
        )
      return words.some((word) => word !== '') ? words : null
    })
    const words = [...new Set((taken ?? []).filter((word) => word !== ''))]
    if (words.length > 100)
      this.notes.push({
        code: 'list-cut',
        text: `Of ${words.length} ${name} the first 100 are taken.`,
        values: { what: name, count: words.length },
      })
    return words.slice(0, 100)
  }

  private type(): 'article' | 'page' | null {
    for (const wanted of ['type', 'layout']) {
      const key = Object.keys(this.extra).find((own) => folded(own) === wanted)
      const value = key === undefined ? null : this.extra[key]
      if (key === undefined || typeof value !== 'string') continue
      const word = value.toLowerCase()
      if (word === 'page' || (wanted === 'type' && ['article', 'post', 'posts', 'blog'].includes(word))) {
        delete this.extra[key]
        return word === 'page' ? 'page' : 'article'
      }
    }
    return null
  }

  private cover(): FrontMatterFields['cover'] {
    const alt = this.line('coverAlt', 500)
    return this.take('cover', (value) => {
      const given = Array.isArray(value) ? value[0] : value
      if (given !== null && typeof given === 'object') {
        const fields = given as Record<string, unknown> // plain JSON, not null
        const ref = ['image', 'src', 'url', 'path', 'file'].map((key) => cleanLine(fields[key], 2000)).find(Boolean)
        return ref
          ? { ref, alt: cleanLine(fields.alt, 500) || (alt ?? ''), caption: cleanLine(fields.caption, 500) }
          : null
      }
      const ref = cleanLine(given, 2000)
      return ref ? { ref, alt: alt ?? '', caption: '' } : null
    })
  }

  /** A description beside a lead is for search engines. */
  private metaDescription(lead: string | null): string | null {
    const own = this.line('metaDescription', 500)
    if (own !== null || lead === null) return own
    const key = Object.keys(this.extra).find((other) => folded(other) === 'description')
    const text = key === undefined ? '' : cleanLine(this.extra[key], 500)
    if (key !== undefined && text !== '') delete this.extra[key]
    return text === '' ? null : text
  }

  private address(name: Name): string | null {
    return this.take(name, (value) => {
      const text = cleanLine(value, 2048)
      return /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text) ? text : null
    })
  }
}

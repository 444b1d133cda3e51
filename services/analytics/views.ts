/** What a tracker may say of a page view: checked, cut to size, freed of what could tell a person. */
import { ArticleId, EditionId } from '@floowe/contracts/vocabulary'
import { isbot } from 'isbot'

export const viewBytesMax = 2_048

/** A page view as it was told. */
export type View = {
  path: string
  articleId: string | null
  editionId: string | null
  language: string
  referrer: string
  source: string
  medium: string
  campaign: string
}

const pathMax = 300
const wordMax = 100

/** @returns null when it is none: not JSON, no path, broken ids. */
export function viewFrom(text: string): View | null {
  const told = parsed(text)
  if (!told) return null
  const path = told['p']
  // Browsers percent-encode control characters. One that no table keeps would hold up all views that wait beside it.
  if (typeof path !== 'string' || !/^\/[^\u0000-\u001f\u007f]*$/.test(path) || !path.isWellFormed()) return null
  const articleId = told['a'] === undefined || told['a'] === null ? null : ArticleId.safeParse(told['a']).data
  const editionId = told['e'] === undefined || told['e'] === null ? null : EditionId.safeParse(told['e']).data
  if (articleId === undefined || editionId === undefined) return null
  const language = typeof told['l'] === 'string' && /^[a-z]{2,3}(-[A-Z]{2})?$/.test(told['l']) ? told['l'] : ''
  return {
    path: path.slice(0, pathMax),
    articleId,
    editionId,
    language,
    referrer: hostOf(told['r']),
    source: word(told['s']),
    medium: word(told['m']),
    campaign: word(told['c']),
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null // every key is looked at on its own
  } catch {
    return null
  }
}

/** A host name without `www.`; anything else is nothing. */
function hostOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > 253) return ''
  const host = value
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/:\d+$/, '')
  return /^[a-z0-9\u00a1-\uffff]([a-z0-9\u00a1-\uffff.-]*[a-z0-9\u00a1-\uffff])?$/.test(host)
    ? host.slice(0, wordMax)
    : ''
}

/** One word of a campaign. Addresses of people do not belong there, and are not kept when someone puts them there. */
function word(value: unknown): string {
  if (typeof value !== 'string') return ''
  const plain = value
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
    .slice(0, wordMax)
  return plain.isWellFormed() && !/\S@\S+\.\S/.test(plain) ? plain : ''
}

export type Heading = Readonly<Record<string, string | string[] | undefined>>

/** Why a view is left out, or null. Only headers are looked at. */
export function leftOut(headers: Heading): 'robot' | 'privacy' | 'preview' | 'member' | null {
  const agent = String(headers['user-agent'] ?? '')
  if (agent === '' || isbot(agent)) return 'robot'
  if (headers['sec-gpc'] === '1' || headers['dnt'] === '1') return 'privacy'
  const purpose = [headers['sec-purpose'], headers['purpose'], headers['x-purpose'], headers['x-moz']].join(' ')
  if (/prefetch|preview|prerender/i.test(purpose)) return 'preview'
  // A page of a member has no tracker to begin with; this is for trackers that stand elsewhere.
  return /(?:^|;\s*)(?:__Host-)?floowe-\d+=/.test(String(headers['cookie'] ?? '')) ? 'member' : null
}

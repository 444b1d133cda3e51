/** What the operations are given. */
import type { Call } from '@floowe/platform'
import type { Articles } from '../articles.ts'
import type { Checklists } from '../checklists.ts'
import type { Editions } from '../editions.ts'
import type { Exports } from '../export.ts'
import type { Imports } from '../imports/imports.ts'
import type { MediaLibrary } from '../media.ts'
import type { People } from '../people.ts'
import type { PreviewLinks } from '../preview-links.ts'
import type { Search } from '../search.ts'
import type { Shapes } from '../shapes.ts'
import type { Slugs } from '../slugs.ts'
import type { Renderer } from '../snapshot.ts'
import type { Store } from '../store/port.ts'
import type { By, Terms } from '../terms.ts'
import type { Templates } from '../templates.ts'
import type { Comments } from '../writing/comments.ts'
import type { Writing } from '../writing/writing.ts'

/** The ideas of this service, put together by `service.ts`. */
export type Ideas = {
  store: Store
  articles: Articles
  checklists: Checklists
  editions: Editions
  terms: Terms
  templates: Templates
  media: MediaLibrary
  links: PreviewLinks
  search: Search
  imports: Imports
  exports: Exports
  renderer: Renderer
  shapes: Shapes
  slugs: Slugs
  people: People
  writing: Writing
  comments: Comments
}

/** Who asked, for events. */
export const by = (call: Call): By => ({ actor: call.caller.actor, requestId: call.requestId })

/** A question as PostgreSQL takes it: without NUL and broken characters. */
export const question = (text: string | undefined): string =>
  (text ?? '').replaceAll('\u0000', '').toWellFormed().replaceAll('\uFFFD', '').trim()

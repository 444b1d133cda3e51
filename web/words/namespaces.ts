/** All namespaces of words, one JSON file per language each. Types come from the Polish files; a check holds the English ones equal. */
import type common from './pl/common.json'
import type shell from './pl/shell.json'
import type refusals from './pl/refusals.json'
import type statuses from './pl/statuses.json'
import type entry from './pl/entry.json'
import type approvals from './pl/approvals.json'
import type approving from './pl/approving.json'
import type design from './pl/design.json'
import type difference from './pl/difference.json'
import type account from './pl/account.json'
import type members from './pl/members.json'
import type keys from './pl/keys.json'
import type audit from './pl/audit.json'
import type workspace from './pl/workspace.json'
import type site from './pl/site.json'
import type content from './pl/content.json'
import type article from './pl/article.json'
import type editor from './pl/editor.json'
import type comments from './pl/comments.json'
import type calendar from './pl/calendar.json'
import type checklists from './pl/checklists.json'
import type deliveries from './pl/deliveries.json'
import type channels from './pl/channels.json'
import type newsletters from './pl/newsletters.json'
import type media from './pl/media.json'
import type imports from './pl/imports.json'
import type analytics from './pl/analytics.json'
import type planning from './pl/planning.json'
import type networks from './pl/networks.json'
import type notifications from './pl/notifications.json'
import type variants from './pl/variants.json'

export type Words = {
  common: typeof common
  shell: typeof shell
  refusals: typeof refusals
  statuses: typeof statuses
  entry: typeof entry
  approvals: typeof approvals
  approving: typeof approving
  design: typeof design
  difference: typeof difference
  account: typeof account
  members: typeof members
  keys: typeof keys
  audit: typeof audit
  workspace: typeof workspace
  site: typeof site
  content: typeof content
  article: typeof article
  editor: typeof editor
  comments: typeof comments
  calendar: typeof calendar
  checklists: typeof checklists
  deliveries: typeof deliveries
  channels: typeof channels
  newsletters: typeof newsletters
  media: typeof media
  imports: typeof imports
  analytics: typeof analytics
  planning: typeof planning
  networks: typeof networks
  notifications: typeof notifications
  variants: typeof variants
}
export type Namespace = keyof Words
export type WordKey<Name extends Namespace> = keyof Words[Name] & string

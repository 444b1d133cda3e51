/** Which dialog of the calendar is open, and about what. */
import type { Campaign, Series } from '@floowe/contracts/calendar'
import type { Wanted } from './carrying/verdict.ts'
import type { Idea } from './ideas.ts'

/** What a series repeats. */
export type Repeated = {
  editionId: string
  channelId: string
  title: string
  language: string
  time?: string | undefined
}
/** A moment that was chosen in the calendar, and the channel of a slot. */
export type Moment = { day: string; time?: string; zone?: string; channelId?: string }

export type Opened =
  | { kind: 'entry'; id: string; wanted?: Wanted }
  | { kind: 'plan'; idea: Idea; moment: Moment | null }
  | { kind: 'fill'; moment: Moment }
  | { kind: 'new'; moment: Moment | null }
  | { kind: 'campaign'; campaign: Campaign | null }
  | { kind: 'repeat'; of: Repeated; series: Series | null }
  | { kind: 'series' | 'slots' | 'import' | 'share' | 'settings' }

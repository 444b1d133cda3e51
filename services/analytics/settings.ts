/** What counting is told by the operator. */
import type { EnvReader } from '@floowe/platform'

export type AnalyticsSettings = {
  /** Page views that one address may report in a minute; an office behind one address needs room. */
  viewsPerMinute: number
}

export const analyticsSettings = (env: EnvReader): AnalyticsSettings => ({
  viewsPerMinute: env.whole('FLOOWE_ANALYTICS_VIEWS_PER_MINUTE', {
    summary: 'Page views counted from one address in a minute',
    standard: 300,
    min: 1,
    max: 1_000_000,
  }),
})

import type { EnvReader } from '@floowe/platform'

export type IdentitySettings = {
  /** A session ends this long after its last renewal. */
  sessionDays: number
}

export const settings = (env: EnvReader): IdentitySettings => ({
  sessionDays: env.whole('FLOOWE_SESSION_DAYS', {
    summary: 'Days after which an unused session ends',
    standard: 30,
    min: 1,
    max: 365,
  }),
})

/** Environment → typed settings of publishing, with standards and limits. */
import type { EnvReader } from '@floowe/platform'

export type Settings = {
  /** After a restore: what was open and due at this start waits for a person. */
  holdAtStart: boolean
  attemptsMax: number
  retryHoursMax: number
  /** Before the second attempt; each further pause is three times as long. */
  retryPauseMs: number
  /** Of one request, everything together. */
  timeoutMs: number
  /** Requests under way at once, in this process. */
  sendingMax: number
  /** How long a process keeps a delivery it sends without a sign of life. */
  leaseMs: number
  /** Planned deliveries of one workspace. */
  plansMax: number
  channelsMax: number
}

export const settings = (env: EnvReader): Settings => ({
  holdAtStart:
    env.choice('FLOOWE_PUBLISHING_HOLD', {
      summary:
        'on: at start, deliveries that are due or under way go on hold until a person releases them; set it for the first start after a restore',
      standard: 'off',
      choices: ['on', 'off'],
    }) === 'on',
  attemptsMax: env.whole('FLOOWE_PUBLISHING_ATTEMPTS_MAX', {
    summary: 'attempts before a delivery has failed',
    standard: 12,
    min: 1,
    max: 50,
  }),
  retryHoursMax: env.whole('FLOOWE_PUBLISHING_RETRY_HOURS_MAX', {
    summary: 'hours after the first attempt before a delivery has failed',
    standard: 24,
    min: 1,
    max: 168,
  }),
  retryPauseMs: env.whole('FLOOWE_PUBLISHING_RETRY_PAUSE_MS', {
    summary: 'pause before the second attempt; each further one is three times as long',
    standard: 5_000,
    min: 1,
    max: 600_000,
  }),
  timeoutMs: env.whole('FLOOWE_PUBLISHING_TIMEOUT_MS', {
    summary: 'time one request to a channel may take',
    standard: 15_000,
    min: 100,
    max: 60_000,
  }),
  sendingMax: env.whole('FLOOWE_PUBLISHING_SENDING_MAX', {
    summary: 'deliveries sent at the same time',
    standard: 32,
    min: 1,
    max: 256,
  }),
  leaseMs: env.whole('FLOOWE_PUBLISHING_LEASE_MS', {
    summary: 'time after which another process takes over what a dead one was sending',
    standard: 20_000,
    min: 500,
    max: 600_000,
  }),
  plansMax: env.whole('FLOOWE_PUBLISHING_PLANS_MAX', {
    summary: 'planned deliveries of one workspace',
    standard: 50_000,
    min: 1,
    max: 1_000_000,
  }),
  channelsMax: env.whole('FLOOWE_PUBLISHING_CHANNELS_MAX', {
    summary: 'channels of one workspace',
    standard: 100,
    min: 1,
    max: 10_000,
  }),
})

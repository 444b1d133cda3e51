import type { EnvReader } from '@floowe/platform'

/** Limits of the picture process, in milliseconds. */
export type Settings = { pictureTimeoutMs: number; pictureIdleMs: number }

export const settings = (env: EnvReader): Settings => ({
  pictureTimeoutMs:
    1000 *
    env.whole('FLOOWE_CONTENT_PICTURE_SECONDS', {
      summary: 'longest time one picture may take before its process is ended, seconds',
      standard: 30,
      min: 1,
      max: 300,
    }),
  pictureIdleMs:
    1000 *
    env.whole('FLOOWE_CONTENT_PICTURE_IDLE_SECONDS', {
      summary: 'time without work after which the picture process ends and frees its memory, seconds',
      standard: 10,
      min: 1,
      max: 600,
    }),
})

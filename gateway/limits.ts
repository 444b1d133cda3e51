/** How often one caller may ask. Fixed windows of a minute; the answer always says where one stands (IETF draft `RateLimit`). */
import type { RateLimits } from '@floowe/platform'
import type { GatewaySettings } from './settings.ts'

export type Standing = { allowed: boolean; headers: Record<string, string>; retryAfterSeconds: number }

export function createLimits(limits: RateLimits, settings: GatewaySettings) {
  const consume = async (policy: string, key: string, quota: number): Promise<Standing> => {
    const answer = await limits.consume(`${policy}:${key}`, { limit: quota, windowSeconds: 60 })
    return {
      allowed: answer.allowed,
      retryAfterSeconds: answer.resetSeconds,
      headers: {
        'ratelimit-policy': `"${policy}";q=${quota};w=60`,
        ratelimit: `"${policy}";r=${answer.remaining};t=${answer.resetSeconds}`,
        ...(answer.allowed ? {} : { 'retry-after': String(answer.resetSeconds) }),
      },
    }
  }
  return {
    /** @param key the credential's hash. */
    ofCaller: (key: string) => consume('caller', key, settings.requestsPerMinute),
    ofAddress: (address: string) => consume('address', address, settings.anonymousRequestsPerMinute),
    ofSensitive: (address: string) => consume('sensitive', address, settings.sensitivePerMinute),
  }
}
export type Limits = ReturnType<typeof createLimits>

/** What the front door is told by its operator. */
import type { EnvReader } from '@floowe/platform'

export type GatewaySettings = {
  metricsToken: string | null
  trustedProxies: string[]
  requestsPerMinute: number
  anonymousRequestsPerMinute: number
  sensitivePerMinute: number
}

export const gatewaySettings = (env: EnvReader): GatewaySettings => ({
  metricsToken: env.optional('FLOOWE_METRICS_TOKEN', {
    summary: 'Bearer token with which /metrics answers other machines than this one',
    secret: true,
  }),
  trustedProxies: env.list('FLOOWE_TRUSTED_PROXIES', {
    summary: 'Addresses or CIDR of proxies whose X-Forwarded-* headers are believed',
  }),
  requestsPerMinute: env.whole('FLOOWE_REQUESTS_PER_MINUTE', {
    summary: 'API requests of one person or key in a minute',
    standard: 1200,
    min: 10,
    max: 1_000_000,
  }),
  anonymousRequestsPerMinute: env.whole('FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE', {
    summary: 'API requests of one address without a credential in a minute',
    standard: 300,
    min: 10,
    max: 1_000_000,
  }),
  sensitivePerMinute: env.whole('FLOOWE_SENSITIVE_PER_MINUTE', {
    summary: 'Sign-ins, resets and invitation links of one address in a minute',
    standard: 20,
    min: 1,
    max: 100_000,
  }),
})

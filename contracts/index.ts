/** Every operation and event, by service. */
import { analytics, analyticsEvents } from './analytics.ts'
import { content, contentEvents } from './content.ts'
import { identity, identityEvents } from './identity.ts'
import { publishing, publishingEvents } from './publishing.ts'
import { site, siteEvents } from './site.ts'

export const contracts = { identity, content, publishing, site, analytics }
export type Contracts = typeof contracts
export type ServiceName = keyof Contracts

export const events = { ...identityEvents, ...contentEvents, ...publishingEvents, ...siteEvents, ...analyticsEvents }
export type Events = typeof events
export type EventName = keyof Events & string

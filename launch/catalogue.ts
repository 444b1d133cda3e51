/** The services there are, in the order in which they are told of in logs. */
import type { Service } from '@floowe/platform'
import { service as analytics } from '@floowe/analytics'
import { service as content } from '@floowe/content'
import { service as identity } from '@floowe/identity'
import { service as publishing } from '@floowe/publishing'
import { service as site } from '@floowe/site'

// Settings are each service's own business; here they only pass from `settings` to `start`.
export const catalogue: readonly Service<any>[] = [identity, content, publishing, site, analytics]

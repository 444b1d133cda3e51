/** Every network there is. A new one is a file beside this one, an emulator, and a line here. */
import type { Calls, Clock, Outbound } from '@floowe/platform'
import { networkParts, type Newsletters } from '../newsletter/newsletters.ts'
import type { Settings } from '../settings.ts'
import { createAsk } from './asking.ts'
import { bluesky } from './bluesky.ts'
import { devto } from './devto.ts'
import { discord } from './discord.ts'
import { facebook } from './facebook.ts'
import { feed } from './feed.ts'
import { flooweSite } from './floowe-site.ts'
import { ghost } from './ghost.ts'
import { linkedin } from './linkedin.ts'
import { mastodon } from './mastodon.ts'
import type { Networks, NetworkParts } from './network.ts'
import { newsletter } from './newsletter.ts'
import { slack } from './slack.ts'
import { telegram } from './telegram.ts'
import { webhook } from './webhook.ts'
import { wordpress } from './wordpress.ts'
import { x } from './x.ts'

type Host = { call: Calls; clock: Clock; outbound: Outbound; publicUrl: string; newsletters: Newsletters }

export function createNetworks({ call, clock, outbound, publicUrl, newsletters }: Host, settings: Settings): Networks {
  const { timeoutMs, retryPauseMs: firstPauseMs, addresses, clients, versions, linkedinPages } = settings
  const parts: NetworkParts = {
    ask: createAsk({ outbound, clock, timeoutMs }),
    clock,
    addresses,
    clients,
    versions,
    linkedinPages,
    firstPauseMs,
    publicUrl,
    read: async ({ mediaId, sha256 }, workspaceId) =>
      new Uint8Array(await (await call.content.readPicture({ mediaId, sha256 }, { workspaceId })).arrayBuffer()),
  }
  return {
    'floowe-site': flooweSite({ call }),
    webhook: webhook({ outbound, clock, publicUrl, timeoutMs, firstPauseMs }),
    bluesky: bluesky(parts),
    mastodon: mastodon(parts),
    wordpress: wordpress(parts),
    ghost: ghost(parts),
    devto: devto(parts),
    telegram: telegram(parts),
    discord: discord(parts),
    slack: slack(parts),
    x: x(parts),
    linkedin: linkedin(parts),
    facebook: facebook(parts),
    feed: feed({ call }),
    newsletter: newsletter(networkParts(newsletters, { clock }, settings)),
  }
}

/** How each network's emulator is started, what Floowe is told of it, and how a channel is connected. One row for each network. */
import type { Network } from '@floowe/contracts/networks'
import { startBluesky } from '@floowe/emulators/bluesky'
import { startDevto } from '@floowe/emulators/devto'
import { startDiscord } from '@floowe/emulators/discord'
import { startFacebook } from '@floowe/emulators/facebook'
import { startGhost } from '@floowe/emulators/ghost'
import { startLinkedin } from '@floowe/emulators/linkedin'
import { startMastodon } from '@floowe/emulators/mastodon'
import { startSlack } from '@floowe/emulators/slack'
import { startSmtp } from '@floowe/emulators/smtp'
import { startTelegram } from '@floowe/emulators/telegram'
import type { Vendor, VendorOptions } from '@floowe/emulators/vendor'
import { startWordpress } from '@floowe/emulators/wordpress'
import { startX } from '@floowe/emulators/x'
import { profile } from './newsletter.ts'
import type { builtIn } from './pages.ts'

/** `fields`: what a person types. `consent`: the person is asked by the network; `token` is what they would grant, for senders that are
 * not Floowe; empty where none of those sends. */
export type Connecting =
  | { by: 'fields'; fields: Readonly<Record<string, string>> }
  | { by: 'consent'; token: string }
  | { by: 'webhook'; url: string }
export type Place = {
  /** Of the emulator's API. */
  url: string
  /** For Floowe's environment. */
  variables: Readonly<Record<string, string>>
  connecting: Connecting
}
/** All of them: a network without a row does not compile. The webhook's receiver is started by `emulators.ts`. */
export type VendorNetwork = Exclude<Network, (typeof builtIn)[number] | 'webhook'>
type Row = (options: VendorOptions) => Promise<{ vendor: Vendor; place: Place }>

const chat = '@studio_wisla'

function rowOf<Started extends Vendor>(
  start: (options: VendorOptions) => Promise<Started>,
  fields: (vendor: Started) => Readonly<Record<string, string>>,
  variables: (vendor: Started) => Readonly<Record<string, string>> = () => ({}),
): Row {
  return async (options) => {
    const vendor = await start(options)
    const connecting = { by: 'fields', fields: fields(vendor) } as const
    return { vendor, place: { url: vendor.url, variables: variables(vendor), connecting } }
  }
}

type Consenting = Vendor & { client: { id: string; secret: string }; signInUrl: string }

/** @param name in Floowe's environment */
function asked<Started extends Consenting>(
  start: (options: VendorOptions) => Promise<Started>,
  name: string,
  tokenOf: (vendor: Started) => string,
): Row {
  return async (options) => {
    const vendor = await start(options)
    const variables = {
      [`FLOOWE_PUBLISHING_${name}_URL`]: vendor.url,
      [`FLOOWE_PUBLISHING_${name}_SIGN_IN_URL`]: vendor.signInUrl,
      [`FLOOWE_PUBLISHING_${name}_CLIENT_ID`]: vendor.client.id,
      [`FLOOWE_PUBLISHING_${name}_CLIENT_SECRET`]: vendor.client.secret,
    }
    const connecting = { by: 'consent', token: tokenOf(vendor) } as const
    return { vendor, place: { url: vendor.url, variables, connecting } }
  }
}

export const rows: Readonly<Record<VendorNetwork, Row>> = {
  bluesky: rowOf(startBluesky, ({ url, handle, password }) => ({ url, handle, password })),
  mastodon: rowOf(startMastodon, ({ url, token }) => ({ url, token })),
  wordpress: rowOf(startWordpress, ({ url, handle, password }) => ({ url, handle, password })),
  ghost: rowOf(startGhost, ({ url, token }) => ({ url, token })),
  devto: rowOf(
    startDevto,
    ({ token }) => ({ token }),
    ({ url }) => ({ FLOOWE_PUBLISHING_DEVTO_URL: url }),
  ),
  telegram: rowOf(
    startTelegram,
    ({ token }) => ({ token, chat }),
    ({ url }) => ({ FLOOWE_PUBLISHING_TELEGRAM_URL: url }),
  ),
  discord: rowOf(
    startDiscord,
    ({ webhookUrl }) => ({ url: webhookUrl }),
    ({ url }) => ({ FLOOWE_PUBLISHING_DISCORD_URL: url }),
  ),
  slack: rowOf(
    startSlack,
    ({ webhookUrl }) => ({ url: webhookUrl }),
    ({ url }) => ({ FLOOWE_PUBLISHING_SLACK_URL: url }),
  ),
  x: asked(startX, 'X', ({ grant }) => grant().token),
  linkedin: asked(startLinkedin, 'LINKEDIN', ({ grant }) => grant().token),
  facebook: asked(startFacebook, 'FACEBOOK', () => ''),
  newsletter: rowOf(
    // Only then the letter says whose words it has, so that the seed decides which letters meet a fault.
    (options) => startSmtp({ ...options, faultsAt: 'content' }),
    ({ url }) => ({ ...profile, server: url }),
  ),
}

/** Networks as people know them: their marks, and in which order they are offered. */
import {
  IconBrandBluesky,
  IconBrandDiscord,
  IconBrandFacebook,
  IconBrandLinkedin,
  IconBrandMastodon,
  IconBrandSlack,
  IconBrandTelegram,
  IconBrandWordpress,
  IconBrandX,
  IconCode,
  IconGhost2,
  IconMail,
  IconRss,
  IconWebhook,
  IconWorld,
  type Icon,
} from '@tabler/icons-react'
import type { Network } from '@floowe/contracts/networks'

export const marks: Readonly<Record<Network, Icon>> = {
  'floowe-site': IconWorld,
  linkedin: IconBrandLinkedin,
  facebook: IconBrandFacebook,
  x: IconBrandX,
  bluesky: IconBrandBluesky,
  mastodon: IconBrandMastodon,
  telegram: IconBrandTelegram,
  discord: IconBrandDiscord,
  slack: IconBrandSlack,
  wordpress: IconBrandWordpress,
  ghost: IconGhost2,
  devto: IconCode,
  newsletter: IconMail,
  feed: IconRss,
  webhook: IconWebhook,
}

/** The site is there from the beginning. */
export type Connectable = Exclude<Network, 'floowe-site'>

/** Those that a person can connect. */
export const connectable = Object.keys(marks).filter((network) => network !== 'floowe-site') as Connectable[] // the record has exactly these keys

/** Not an account somewhere: it begins here, and gets its name here. */
export const isOurs = (network: Network): boolean => network === 'newsletter' || network === 'feed'

export function NetworkMark({ network }: { network: Network }) {
  const Mark = marks[network]
  return <Mark aria-hidden="true" />
}

/** What an embed is called, and which addresses become one. */
import { embedOfFrame, providerNames, providerOf } from '@floowe/contracts/embeds'

/** The name people know the site by, else its host. */
export function providerName(src: string, provider: string): string {
  const known = providerNames[provider] ?? providerNames[providerOf(src) ?? '']
  if (known) return known
  return URL.canParse(src) ? new URL(src).hostname.replace(/^www\./, '') : ''
}

export type EmbedAttributes = { src: string; provider: string | null }

/** What a pasted address shows, when it is one film, sound or post of a known site. A player's address becomes its page's. */
export const knownEmbed = (address: string): EmbedAttributes | null => {
  const src = address.trim()
  const provider = providerOf(src)
  return embedOfFrame(src) ?? (provider ? { src, provider } : null)
}

/** Any web address may be embedded on purpose; readers see it as a link with a frame around it. */
export const embedOf = (address: string): EmbedAttributes | null =>
  knownEmbed(address) ??
  (/^https?:\/\/[^\s]+\.[^\s]+$/i.test(address.trim()) ? { src: address.trim(), provider: null } : null)

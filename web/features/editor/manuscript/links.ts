/** What one types as an address, and what a link leads to. */

/** `example.org` → `https://example.org`, `anna@example.org` → `mailto:…`; null when it is no address. */
export function addressOf(typed: string): string | null {
  const text = typed.trim()
  if (text === '' || /\s/.test(text)) return null
  if (/^(https?:\/\/.+|mailto:.+@.+|tel:\+?[\d\s-]+|article:[0-9a-f-]{36}|#.+|\/.*)$/i.test(text)) return text
  if (/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text)) return `mailto:${text}`
  if (/^([a-z0-9-]+\.)+[a-z]{2,}([/?#].*)?$/i.test(text)) return `https://${text}`
  return null
}

/** The article that a link names, or null. */
export const articleOf = (href: string): string | null => /^article:([0-9a-f-]{36})$/i.exec(href)?.[1] ?? null

/** An address as people read it. */
export const shownAddress = (href: string): string =>
  href.replace(/^(https?:\/\/(www\.)?|mailto:|tel:)/i, '').replace(/\/$/, '')

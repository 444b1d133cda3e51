/** Text and attributes as HTML source. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeText = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
export const escapeAttribute = escapeText

/**
 * An address as it stands in HTML: characters that an address may not hold are percent-encoded, what is encoded stays.
 * The rule is CommonMark's own, so that addresses equal its reference.
 */
export function escapeAddress(address: string): string {
  const encoded = address
    .toWellFormed()
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^A-Za-z0-9!#$%&'()*+,\-./:;=?@_~]/gu, (sign) => encodeURIComponent(sign))
  return escapeText(encoded)
}

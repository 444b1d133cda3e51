/** The one-time code of the first-run page: printed at start, asked by identity. Worthless once an owner exists. */
import type { Sealer } from './sealing.ts'

const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/** `XXXXX-XXXXX`, 49 bits; identity's limits on attempts do the rest. */
export function setupCode(sealer: Sealer): string {
  const text = [...sealer.deriveKey('setup code').subarray(0, 10)].map((byte) => letters[byte % letters.length]).join('')
  return `${text.slice(0, 5)}-${text.slice(5)}`
}

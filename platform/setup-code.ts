/** The one-time code of the first-run page: made from the installation's secret, printed at start, asked for by identity. */
import { isSameSecret, type Sealer } from './sealing.ts'

/** Neither I, O, 0 nor 1: what is read from a terminal is typed into a browser. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const purpose = 'setup code'

/** `XXXXX-XXXXX`, 50 bits; the same at each start until the first owner is made. */
export const setupCode = (sealer: Sealer): string => codeOf(sealer.deriveKey(purpose))

function codeOf(key: Buffer): string {
  const signs = [...key.subarray(0, 10)].map((byte) => letters[byte & 31])
  return `${signs.slice(0, 5).join('')}-${signs.slice(5).join('')}`
}

/** Small letters, spaces and a missing hyphen do not matter; another process may have printed it before the secret was changed. */
export const isSetupCode = (typed: string, sealer: Sealer): boolean =>
  sealer.deriveKeys(purpose).some(({ key }) => isSameSecret(plain(typed), plain(codeOf(key))))

const plain = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '')

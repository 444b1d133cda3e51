/**
 * The secret as it is given: one, or several (parted by commas or lines) of which the first seals and all open. That is how one
 * is changed for another while what the old one sealed is still there.
 */
import { createHash } from 'node:crypto'

const charactersMin = 32
/** A change needs two; more are kept only by whoever forgets to drop the old ones. */
const secretsMax = 5

export const secretsIn = (text: string): string[] => [...new Set(text.split(/[\r\n]/).flatMap(secretsOnLine))]

/** Secrets from before there were several may hold a comma: where no part of a line could stand alone, the line is one. */
function secretsOnLine(line: string): string[] {
  const parts = line.split(',').flatMap((part) => part.trim() || [])
  return parts.length > 1 && parts.every((part) => part.length < charactersMin) ? [line.trim()] : parts
}

/** A sentence about what is wrong with a given secret, or null. */
export function secretMistake(name: string, text: string): string | null {
  const secrets = secretsIn(text)
  if (secrets.length === 0 || secrets.some((secret) => secret.length < charactersMin))
    return `${name} needs at least ${charactersMin} characters${secrets.length > 1 ? ' in each of its parts' : ''}`
  return secrets.length > secretsMax ? `${name} holds more than ${secretsMax} secrets` : null
}

/** Whatever its form, a secret becomes 32 bytes; in both shapes the same, so that what is sealed can move. */
const bytesOf = (secret: string): Buffer => createHash('sha256').update('floowe secret ').update(secret).digest()

export const ringOf = (text: string): Buffer[] => secretsIn(text).map(bytesOf)

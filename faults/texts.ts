/** Texts that say which write they come from, in every part, so that a mixture of two writes is seen. */
import { createHash } from 'node:crypto'
import type { Body } from '@floowe/contracts/body'
import type { Random } from './random.ts'

export type Text = {
  /** A word that stands in this text and in no other. */
  token: string
  title: string
  lead: string
  body: Body
  hash: string
}

/** Without vowels, so that no language's endings are seen in them. */
const letters = 'bcdfghklmnprtvwz'
const paragraphsMax = 6
const words = ['redakcja', 'plan', 'wydanie', 'the', 'paper', 'editor', 'korekta', 'morning', 'rzeka', 'numer']

export type Writer = { next: () => Text; token: () => string }

/** @param number tells the tokens of writers apart. */
export function createWriter(seed: number, number: number, random: Random): Writer {
  let count = 0
  const token = (): string => `zq${spelled(seed)}x${spelled(number)}x${spelled(++count)}`
  return {
    token,
    next: () => {
      const own = token()
      const paragraphs = Array.from({ length: random.whole(1, paragraphsMax) }, (_, place) => {
        const filler = Array.from({ length: random.whole(3, 60) }, () => random.pick(words)).join(' ')
        return `${own} ${place} ${filler}`
      })
      const title = `${own} ${random.pick(words)}`
      const lead = `${own} ${random.pick(words)}`
      return { token: own, title, lead, body: bodyOf(own, paragraphs), hash: hashOf(title, lead, paragraphs) }
    },
  }
}

function spelled(number: number): string {
  let text = ''
  for (let left = Math.abs(Math.trunc(number)); left > 0; left = Math.floor(left / letters.length))
    text = (letters[left % letters.length] ?? '') + text
  return text || 'b'
}

const bodyOf = (token: string, paragraphs: readonly string[]): Body => ({
  type: 'doc',
  content: paragraphs.map((text, place) => ({
    type: 'paragraph',
    attrs: { id: `${token}${place}`.slice(0, 60) },
    content: [{ type: 'text', text }],
  })),
})

export const hashOf = (title: string, lead: string, paragraphs: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([title, lead, paragraphs]))
    .digest('hex')

/** The same hash of what was read back. */
export const hashOfRead = ({ title, lead, body }: { title: string; lead: string; body: Body }): string =>
  hashOf(title, lead, paragraphsOf(body))

export const paragraphsOf = (body: Body): string[] =>
  body.content.map((block) => (block.content ?? []).map((part) => part.text ?? '').join(''))

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** The words of a post apart from the address that is put behind them. Pure, once weights are loaded. */
import { lengthOf, type TextRule } from '@floowe/contracts/post-text'
import type { NetworkFacts, Post, VariantFields } from '@floowe/contracts/networks'

/** Words as a person writes them: their own, else those of the edition without the address. */
export const writtenIn = ({ fields, post }: { fields: VariantFields; post: Post }): string[] =>
  fields.texts ?? post.parts.map(({ text }) => withoutLink(text, post.link?.url ?? null))

/** The address is put behind the words when it goes out. */
const withoutLink = (text: string, link: string | null): string =>
  link !== null && text.endsWith(link) ? text.slice(0, -link.length).trimEnd() : text

/** As the network counts it when it goes out: the first part carries the address. */
export const countedWords = (text: string, index: number, link: string | null): string =>
  index === 0 && link !== null ? `${text}\n\n${link}` : text

export const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((text, index) => text === others[index])

/** Every part with room for the address, as the first one has to carry it. */
export const threadRule = (text: NonNullable<NetworkFacts['text']>, link: string | null): TextRule => ({
  ...text,
  max: text.max - (link === null ? 0 : lengthOf(`x\n\n${link}`, text)),
})

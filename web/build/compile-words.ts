/**
 * Turns the messages of `words/<language>/*.json` into what the browser needs: Polish spaces set, ICU parsed here, so that the
 * parser (8 kB gzip) stays out of the bundle. A message without arguments becomes its plain text.
 */
import { parse, TYPE } from '@formatjs/icu-messageformat-parser'
import type { Plugin } from 'vite'
import { typeset } from '../words/typeset.ts'

const wordsFile = /\/words\/(pl|en)\/[a-z-]+\.json$/

export function compileMessage(text: string, language: string): unknown {
  const elements = parse(typeset(text, language), { ignoreTag: true })
  const only = elements[0]
  return elements.length === 1 && only?.type === TYPE.literal ? only.value : elements
}

export function compileWords(): Plugin {
  return {
    name: 'floowe:compile-words',
    enforce: 'pre',
    // the runtime must not miss the parser it no longer needs
    config: () => ({
      resolve: {
        alias: [
          {
            find: /^@formatjs\/icu-messageformat-parser$/,
            replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
          },
        ],
      },
    }),
    transform(code, id) {
      const language = wordsFile.exec(id)?.[1]
      if (!language) return null
      const words: Record<string, string> = JSON.parse(code)
      return {
        code: JSON.stringify(
          Object.fromEntries(Object.entries(words).map(([key, text]) => [key, compileMessage(text, language)])),
        ),
        map: null,
      }
    },
  }
}

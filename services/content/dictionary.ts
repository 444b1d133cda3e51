/** The Polish dictionary, read when first needed and then kept. */
import { readFile } from 'node:fs/promises'
import { type Dictionary, openDictionary } from '@floowe/language'
import { polishDictionaryFile } from '@floowe/language/data'

export type DictionaryOf = (language: string) => Promise<Dictionary | undefined>

export function lazyDictionary(): DictionaryOf {
  let polish: Promise<Dictionary> | undefined
  return async (language) => {
    if (!/^pl\b/.test(language)) return undefined
    polish ??= readFile(polishDictionaryFile).then(openDictionary)
    return polish
  }
}

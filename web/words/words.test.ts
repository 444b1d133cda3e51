/** Both languages say the same things, in messages that parse, with all plural forms, and the code uses what there is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'

const web = join(import.meta.dirname, '..')
const languages = ['pl', 'en'] as const
const read = (language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(join(web, 'words', language, file), 'utf8'))
const files = readdirSync(join(web, 'words/pl')).filter((file) => file.endsWith('.json'))

type Node = { type: number; value?: string; options?: Record<string, { value: Node[] }>; children?: Node[] }
const kinds = { literal: 0, select: 5, plural: 6, pound: 7, tag: 8 }

function inspect(nodes: Node[], names: Set<string>, plurals: string[][]): void {
  for (const node of nodes) {
    if (node.type !== kinds.literal && node.type !== kinds.pound && node.value) names.add(node.value)
    if (node.type === kinds.plural && node.options) plurals.push(Object.keys(node.options))
    for (const option of Object.values(node.options ?? {})) inspect(option.value, names, plurals)
    if (node.children) inspect(node.children, names, plurals)
  }
}
function parse(text: string, language: string) {
  const names = new Set<string>()
  const plurals: string[][] = []
  inspect(new IntlMessageFormat(text, language).getAst() as unknown as Node[], names, plurals) // the parser's node types are not exported by this package
  return { names: [...names].sort(), plurals }
}

test('the same files in both languages', () => {
  expect(readdirSync(join(web, 'words/en')).filter((file) => file.endsWith('.json'))).toEqual(files)
})

describe.each(files)('%s', (file) => {
  const [pl, en] = [read('pl', file), read('en', file)]
  test('the same keys', () => expect(Object.keys(en).sort()).toEqual(Object.keys(pl).sort()))
  test('no text is empty', () => {
    const empty = languages.flatMap((language) =>
      Object.entries(read(language, file))
        .filter(([, text]) => text.trim() === '')
        .map(([key]) => `${language} ${key}`),
    )
    expect(empty).toEqual([])
  })
  test('messages parse and use the same values', () => {
    const unequal = Object.keys(pl).filter(
      (key) => parse(pl[key] ?? '', 'pl').names.join() !== parse(en[key] ?? '', 'en').names.join(),
    )
    expect(unequal).toEqual([])
  })
  test('Polish plurals have one, few, many and other; English one and other', () => {
    const wanted = { pl: ['one', 'few', 'many', 'other'], en: ['one', 'other'] }
    const lacking = languages.flatMap((language) =>
      Object.entries(read(language, file)).flatMap(([key, text]) =>
        parse(text, language)
          .plurals // a plural that only tells zero from the rest counts nothing aloud
          .filter((forms) => forms.filter((form) => !form.startsWith('=')).join() !== 'other')
          .filter((forms) => wanted[language].some((form) => !forms.includes(form)))
          .map((forms) => `${language} ${key}: ${forms}`),
      ),
    )
    expect(lacking).toEqual([])
  })
})

/** Where a namespace is spoken: `const t = useWords('members')`, then `t('key')` or t(`prefix.${…}`). */
function spokenIn(source: string): { namespace: string; key: string; isPrefix: boolean }[] {
  const spoken: { namespace: string; key: string; isPrefix: boolean }[] = []
  for (const [, name, namespace] of source.matchAll(/const (\w+)(?:: Say<[^>]*>)? = useWords\('([a-z-]+)'\)/g)) {
    const calls = new RegExp(`(?<![\\w.])${name}\\((['\`])([^'\`$]*)(\\$\\{|\\1)`, 'g')
    for (const [, , key, end] of source.matchAll(calls))
      spoken.push({ namespace: namespace ?? '', key: key ?? '', isPrefix: end === '${' })
  }
  return spoken
}
const sources = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^dist|node_modules/.test(path))
  .map((path) => ({ path, text: readFileSync(join(web, path), 'utf8') }))

test('every key that the code names exists', () => {
  const missing = sources.flatMap(({ path, text }) =>
    spokenIn(text)
      .filter(({ namespace, key, isPrefix }) => {
        const words = read('pl', `${namespace}.json`)
        return isPrefix ? !Object.keys(words).some((known) => known.startsWith(key)) : !Object.hasOwn(words, key)
      })
      .map(({ namespace, key }) => `${path}: ${namespace}:${key}`),
  )
  expect(missing).toEqual([])
})

test('every word is used somewhere', () => {
  const all = sources.map(({ text }) => text).join('\n')
  // a key counts as used when it is written out anywhere, or when a template begins with its first parts
  const prefixes = [...all.matchAll(/`([a-z][\w.-]*\.)\$\{/gi)].map(([, prefix]) => prefix ?? '')
  const unused = files
    .filter((file) => file !== 'refusals.json')
    .flatMap((file) =>
      Object.keys(read('pl', file))
        .filter((key) => !all.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)))
        .map((key) => `${file}: ${key}`),
    )
  expect(unused).toEqual([])
})

import { expect, test } from 'vitest'
import { type Rule, tokensIn, tokensOf } from './tokens.ts'

const rule = (selectorText: string, values: Record<string, string>): Rule => ({
  selectorText,
  style: Object.assign(Object.keys(values), { getPropertyValue: (name: string) => values[name] ?? '' }),
})
const rules: Rule[] = [
  rule(':root', { '--ink': ' #1d1b18', '--control': '34px', color: 'red' }),
  rule(':root[data-mantine-color-scheme="dark"]', { '--ink': '#eceae5' }),
  rule(":root[data-density='compact']", { '--control': '30px' }),
  rule('.ink', { '--ink': 'pink' }),
  {},
]

test('each scheme and density has its own, on the ground of the light and comfortable one', () => {
  expect(tokensOf(rules, 'light', 'comfortable')).toEqual({ '--ink': '#1d1b18', '--control': '34px' })
  expect(tokensOf(rules, 'dark', 'comfortable')).toEqual({ '--ink': '#eceae5', '--control': '34px' })
  expect(tokensOf(rules, 'dark', 'compact')).toEqual({ '--ink': '#eceae5', '--control': '30px' })
})

test('one of several selectors is enough', () => {
  expect(tokensIn([rule('html, :root', { '--gap': '16px' })], /^:root$/)).toEqual({ '--gap': '16px' })
})

import { expect, test } from 'vitest'
import { contracts } from './index.ts'
import { refusalText, refusalWords } from './refusal-words.ts'

test('every refusal that an operation declares has words in both languages', () => {
  const without: string[] = []
  for (const [service, operations] of Object.entries(contracts)) {
    for (const [name, operation] of Object.entries(operations)) {
      for (const code of Object.keys(operation['~orpc'].errorMap)) {
        const words = refusalWords[code]
        if (!words?.en || !words.pl) without.push(`${service}.${name}: ${code}`)
      }
    }
  }
  expect(without).toEqual([])
})

test('both languages take the same values', () => {
  const values = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()
  for (const [code, words] of Object.entries(refusalWords)) expect(values(words.pl), code).toEqual(values(words.en))
})

test('a value that is missing leaves a dash, an unknown code itself', () => {
  expect(refusalText('too-many-requests', 'pl', { retryAfterSeconds: 7 })).toContain('za 7 s')
  expect(refusalText('too-many-requests', 'en')).toContain('in – s')
  expect(refusalText('nonsense', 'en')).toBe('nonsense')
})

import { expect, test } from 'vitest'
import { ringOf, secretMistake, secretsIn } from './ring.ts'

const [a, b] = ['a'.repeat(40), 'b'.repeat(32)]

test('one secret is a ring of one, as it always was', () => {
  expect(secretsIn(a)).toEqual([a])
  expect(ringOf(a)[0]?.toString('hex')).toBe('6ba64b651b49334071779f6758a4e21e52749978d92611f6981a2e3c19ced857')
  // A sentence may hold commas; none of its parts could be a secret.
  const sentence = 'of this installation, wherever it runs'
  expect(secretsIn(sentence)).toEqual([sentence])
  expect(secretsIn(`${a}\n${sentence}\n`)).toEqual([a, sentence])
  expect(secretMistake('FLOOWE_SECRET', `${a},${sentence}`)).toContain('each of its parts')
})

test('commas and lines part several, the first one first', () => {
  for (const text of [`${a},${b}`, `${a}\n${b}\n`, ` ${a} , ${b} `, `${a}\r\n${b}`, `${a},,${b},`, `${a},${b},${a}`])
    expect(secretsIn(text)).toEqual([a, b])
  expect(ringOf(`${a},${b}`)).toEqual([...ringOf(a), ...ringOf(b)])
  expect(ringOf(`${b},${a}`)).toEqual([...ringOf(b), ...ringOf(a)])
})

test('what is too short to be one is told, and more than anybody changes between', () => {
  expect(secretMistake('FLOOWE_SECRET', a)).toBeNull()
  expect(secretMistake('FLOOWE_SECRET', `${a},${b}`)).toBeNull()
  expect(secretMistake('FLOOWE_SECRET', 'short')).toBe('FLOOWE_SECRET needs at least 32 characters')
  expect(secretMistake('FLOOWE_SECRET', ',')).toBe('FLOOWE_SECRET needs at least 32 characters')
  expect(secretMistake('FLOOWE_SECRET', `${a},short`)).toBe(
    'FLOOWE_SECRET needs at least 32 characters in each of its parts',
  )
  const many = Array.from({ length: 6 }, (_, n) => a + n).join()
  expect(secretMistake('FLOOWE_SECRET', many)).toBe('FLOOWE_SECRET holds more than 5 secrets')
})

import { IconFileText as icon } from '@tabler/icons-react'
import { expect, test } from 'vitest'
import { type Command, foldText, matching, snippetParts } from './palette-commands.ts'

const commands: Command[] = ['Wysyłki', 'Treści', 'Dziennik zdarzeń'].map((name) => ({
  id: name,
  group: 'pages',
  icon,
  name,
}))
const names = (query: string) => matching(commands, query).map((command) => command.name)

test('accents and case do not matter', () => {
  expect(foldText('ŻÓŁW')).toBe('zolw')
  expect(names('wysyl')).toEqual(['Wysyłki'])
  expect(names('TRESCI')).toEqual(['Treści'])
})
test('each word begins one of the command', () => {
  expect(names('zdarz dzie')).toEqual(['Dziennik zdarzeń'])
  expect(names('nnik')).toEqual([])
  expect(names('')).toHaveLength(3)
})
test('matches in a snippet are told apart', () => {
  expect(snippetParts('Od \uE000mapy\uE001 na')).toEqual([
    { text: 'Od ', isMatch: false },
    { text: 'mapy', isMatch: true },
    { text: ' na', isMatch: false },
  ])
})

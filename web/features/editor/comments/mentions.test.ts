import type { UserId } from '@floowe/contracts/vocabulary'
import { expect, test } from 'vitest'
import { mentionAt, mentionsIn } from './mentions.ts'

const member = (name: string) => ({ userId: name as UserId, name })
const members = [member('Ola Nowak'), member('Łukasz Żak'), member('Anna'), member('Anna Maria')]
const found = (text: string) => mentionAt(text, text.length, members)?.found.map(({ name }) => name) ?? null

test('after @ members are found by any of their names, with or without Polish signs', () => {
  expect(found('Look, @ol')).toEqual(['Ola Nowak'])
  expect(found('@now')).toEqual(['Ola Nowak'])
  expect(found('@lukasz z')).toEqual(['Łukasz Żak'])
  expect(found('@')).toHaveLength(4)
})

test('an address is no mention, and a name that is written out is done', () => {
  expect(found('a@ola')).toBeNull()
  expect(found('@Ola Nowak ')).toBeNull()
  expect(found('@nobody')).toBeNull()
  expect(found('no sign')).toBeNull()
})

test('whoever is named is told, once, the longest name first', () => {
  expect(mentionsIn('@Anna Maria and @Ola Nowak, @Ola Nowak', members)).toEqual(['Anna Maria', 'Ola Nowak'])
  expect(mentionsIn('@Anna', members)).toEqual(['Anna'])
  expect(mentionsIn('Anna', members)).toEqual([])
})

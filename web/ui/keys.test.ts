import { expect, test } from 'vitest'
import { matches } from './keys.tsx'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

test.each([
  ['mod+k', press('k', { ctrlKey: true }), true],
  ['mod+k', press('k', { metaKey: true }), true],
  ['mod+k', press('K', { ctrlKey: true, shiftKey: true }), false],
  ['mod+shift+z', press('Z', { ctrlKey: true, shiftKey: true }), true],
  ['?', press('?', { shiftKey: true }), true],
  ['[', press('['), true],
  ['t', press('t'), true],
  ['t', press('t', { ctrlKey: true }), false],
  ['t', press('ţ'), false],
  ['alt+arrowup', press('ArrowUp', { altKey: true }), true],
  ['space', press(' '), true],
] as const)('%s', (keys, event, isMatch) => expect(matches(keys, event)).toBe(isMatch))

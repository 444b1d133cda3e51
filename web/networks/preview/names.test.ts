import { expect, test } from 'vitest'
import { namesOf } from './names.ts'

test('a handle stands behind what the channel is called here', () => {
  expect(namesOf({ account: '@studio_wisla', name: 'Studio Wisła' })).toEqual({
    name: 'Studio Wisła',
    handle: '@studio_wisla',
  })
})

test('a channel that is called like its handle, or nothing, has it without the sign', () => {
  const names = { name: 'ola@pol.social', handle: '@ola@pol.social' }
  expect(namesOf({ account: '@ola@pol.social', name: '@ola@pol.social' })).toEqual(names)
  expect(namesOf({ account: '@ola@pol.social' })).toEqual(names)
})

test('an account that is no handle is a name', () => {
  expect(namesOf({ account: 'Studio Wisła', name: 'Nasza strona' })).toEqual({ name: 'Studio Wisła', handle: null })
})

import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { fieldProblems, isPassing, refusalOf } from './refusals.ts'

test('a refusal of a contract keeps its code and details', () => {
  const error = new ORPCError('slug-taken', { status: 409, defined: true, data: { suggestion: 'atlas-2' } })
  expect(refusalOf(error)).toMatchObject({ code: 'slug-taken', status: 409, data: { suggestion: 'atlas-2' } })
})

test('codes of the library become ours', () => {
  expect(refusalOf(new ORPCError('UNAUTHORIZED')).code).toBe('not-signed-in')
  expect(refusalOf(new ORPCError('SOMETHING_ELSE')).code).toBe('internal')
})

test('no answer is not a failure of the server, and worth another try', () => {
  const lost = new TypeError('Failed to fetch')
  expect(refusalOf(lost).code).toBe('unreachable')
  expect(isPassing(lost)).toBe(true)
  expect(isPassing(new ORPCError('slug-taken', { status: 409 }))).toBe(false)
  expect(refusalOf(new TypeError('x is not a function')).code).toBe('internal')
  expect(refusalOf('odd').code).toBe('internal')
})

test('the problem of a field is found by its name', () => {
  const error = new ORPCError('invalid-input', {
    status: 400,
    data: {
      issues: [
        { path: 'owner.email', problem: 'Invalid email' },
        { path: 'owner.email', problem: 'second' },
      ],
    },
  })
  expect(fieldProblems(error)).toEqual({ email: 'Invalid email' })
  expect(fieldProblems(new ORPCError('slug-taken'))).toEqual({})
})

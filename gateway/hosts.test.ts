import { expect, test } from 'vitest'
import { createHosts } from './hosts.ts'

test("only this installation's own names and the hosts of sites are known", () => {
  const hosts = createHosts('http://127.0.0.1:4800', { host: '127.0.0.1', port: 4800 })
  hosts.setSites([{ host: 'magazine.example', workspace: 'studio' }])
  expect(hosts.purposeOf('127.0.0.1:4800')).toEqual({ app: true })
  expect(hosts.purposeOf('LOCALHOST:4800')).toEqual({ app: true })
  expect(hosts.purposeOf('magazine.example')).toEqual({ site: 'studio' })
  for (const stranger of [undefined, '', 'evil.example', '127.0.0.1', '127.0.0.1:4801', 'localhost.evil.example:4800'])
    expect(hosts.purposeOf(stranger), String(stranger)).toBeNull()
})

test("a site cannot take the app's own host", () => {
  const hosts = createHosts('https://floowe.example', { host: '0.0.0.0', port: 4800 })
  hosts.setSites([{ host: 'floowe.example', workspace: 'studio' }])
  expect(hosts.purposeOf('floowe.example')).toEqual({ app: true })
  expect(hosts.purposeOf('127.0.0.1:4800')).toBeNull()
})

test('writing by cookie needs our own origin', () => {
  const hosts = createHosts('https://floowe.example', { host: '0.0.0.0', port: 4800 })
  expect(hosts.isOwnOrigin('https://floowe.example')).toBe(true)
  for (const origin of [
    undefined,
    'null',
    'http://floowe.example',
    'https://floowe.example.evil',
    'https://magazine.example',
  ])
    expect(hosts.isOwnOrigin(origin), String(origin)).toBe(false)
})

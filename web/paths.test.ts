import { expect, test } from 'vitest'
import { entryPaths, pathsOf, safeNext, withSearch, workspaceIn } from './paths.ts'
import { insideApp } from './links.ts'

test('addresses carry the workspace and escape what is in them', () => {
  expect(pathsOf('studio-wisla').editor('a1', 'pt-BR')).toBe('/w/studio-wisla/content/a1/pt-BR')
  expect(pathsOf('a b').article('x/y')).toBe('/w/a%20b/articles/x%2Fy')
  expect(withSearch('/x', { status: 'draft', tag: '', page: 0, all: false, none: null })).toBe('/x?status=draft&page=0')
})

test('the workspace is read back from an address', () => {
  expect(workspaceIn(pathsOf('a b').calendar())).toBe('a b')
  expect(workspaceIn('/sign-in')).toBeNull()
  expect(workspaceIn('/w/%E0%A4%A/content')).toBeNull()
})

test('after signing in only addresses of the app are followed', () => {
  expect(safeNext('/w/a/content?status=draft')).toBe('/w/a/content?status=draft')
  for (const bad of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/\n/evil.example',
    '',
    undefined,
    ['/w'],
  ])
    expect(safeNext(bad)).toBeNull()
  expect(entryPaths.signIn('/w/a/content?x=1&y=2')).toBe('/sign-in?next=%2Fw%2Fa%2Fcontent%3Fx%3D1%26y%3D2')
})

const origin = 'http://127.0.0.1:4800'
test.each([
  [{ href: '/w/a/content?x=1#y', target: '', hasDownload: false }, '/w/a/content?x=1#y'],
  [{ href: `${origin}/w/a`, target: '_self', hasDownload: false }, '/w/a'],
  [{ href: 'https://example.com/', target: '', hasDownload: false }, null],
  [{ href: '/site/a/', target: '', hasDownload: false }, null],
  [{ href: '/api/docs', target: '', hasDownload: false }, null],
  [{ href: '/w/a', target: '_blank', hasDownload: false }, null],
  [{ href: '/w/a', target: '', hasDownload: true }, null],
  [{ href: 'mailto:a@b.example', target: '', hasDownload: false }, null],
])('%o leads inside to %s', (link, inside) => expect(insideApp(link, origin)).toBe(inside))

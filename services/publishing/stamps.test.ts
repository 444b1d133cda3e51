import { expect, test } from 'vitest'
import { stamped, stampedPage } from './stamps.ts'
import { pageFor } from './testing/network.ts'

const ours = ['https://floowe.example', 'https://magazyn.example']
const content = { ...pageFor(), slug: 'kamienica', editionId: '0190aaaa-0000-7000-8000-0000deadbeef' }
const stamps = 'utm_source=ghost&amp;utm_medium=referral&amp;utm_campaign=kamienica&amp;utm_content=deadbeef'
const page = (html: string, network: Parameters<typeof stampedPage>[1] = 'ghost') =>
  stampedPage({ ...content, html }, network, ours).html

test.each([
  [
    'a page of ours',
    '<a href="https://floowe.example/site/x/y">y</a>',
    `<a href="https://floowe.example/site/x/y?${stamps}">y</a>`,
  ],
  [
    'on its own host',
    '<a href="https://magazyn.example/y#z">y</a>',
    `<a href="https://magazyn.example/y?${stamps}#z">y</a>`,
  ],
  ['without a host', '<a href="/site/x/y?a=1&amp;b=2">y</a>', `<a href="/site/x/y?a=1&amp;b=2&amp;${stamps}">y</a>`],
])('%s is stamped', (_, html, expected) => {
  expect(page(html)).toBe(expected)
})

test.each([
  '<a href="https://other.example/y">y</a>',
  '<a href="//other.example/y">y</a>',
  '<a href="mailto:a@b.example">y</a>',
  '<a href="#fn-1">1</a>',
  '<a href="https://floowe.example/media/x/y.pdf">file</a>',
  '<img src="https://floowe.example/media/x/y.webp" alt="&lt;a href=&quot;/site/x&quot;&gt;">',
  '<p>href="/site/x/y"</p>',
])('left as it is: %s', (html) => {
  expect(page(html)).toBe(html)
})

test('what was said already stays, and stamping twice is stamping once', () => {
  const own = '<a href="/site/x/y?utm_source=druk">y</a>'
  expect(page(own)).toContain('utm_source=druk&amp;utm_medium=referral')
  expect(page(page(own))).toBe(page(own))
})

test('the site itself and a webhook get the text as it is; a newsletter says that it is mail', () => {
  const html = '<a href="/site/x/y">y</a>'
  expect(page(html, 'floowe-site')).toBe(html)
  expect(page(html, 'webhook')).toBe(html)
  expect(page(html, 'newsletter')).toContain('utm_medium=email')
})

test('an address of a post is stamped whole', () => {
  expect(stamped('https://magazyn.example/y?a=1', 'x', content)).toBe(
    'https://magazyn.example/y?a=1&utm_source=x&utm_medium=social&utm_campaign=kamienica&utm_content=deadbeef',
  )
  expect(stamped('http://[', 'x', content)).toBe('http://[')
})

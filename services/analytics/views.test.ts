import { describe, expect, test } from 'vitest'
import { leftOut, viewFrom } from './views.ts'

const article = '0190cccc-0000-7001-8000-000000000001'

describe('viewFrom', () => {
  test('reads what the tracker says', () => {
    expect(
      viewFrom(
        JSON.stringify({
          p: '/site/a/b',
          a: article,
          e: article,
          l: 'pl',
          r: 'www.News.example:443',
          s: 'newsletter',
          m: 'email',
          c: 'jesień 2026',
        }),
      ),
    ).toEqual({
      path: '/site/a/b',
      articleId: article,
      editionId: article,
      language: 'pl',
      referrer: 'news.example',
      source: 'newsletter',
      medium: 'email',
      campaign: 'jesień 2026',
    })
    expect(viewFrom('{"p":"/"}')).toEqual({
      path: '/',
      articleId: null,
      editionId: null,
      language: '',
      referrer: '',
      source: '',
      medium: '',
      campaign: '',
    })
  })
  test.each([
    '',
    'x',
    '[]',
    'null',
    '"/"',
    '{}',
    '{"p":1}',
    '{"p":"x"}',
    '{"p":"/","a":"1"}',
    '{"p":"/","a":5}',
    '{"p":"/","e":"x"}',
    '{"p":"/\\ud800"}',
    '{"p":"/a\\u0000b"}',
    '{"p":"/a\\nb"}',
    '{"__proto__":{"p":"/"}}',
  ])('refuses %s', (text) => expect(viewFrom(text)).toBeNull())
  test('leaves out what is not a host, cuts what is long, drops addresses of people and invisible signs', () => {
    const view = viewFrom(
      JSON.stringify({
        p: `/${'a'.repeat(2000)}`,
        l: 'polski',
        r: 'https://x/y',
        s: 'a'.repeat(500),
        m: 'anna@example.com',
        c: 'a\u202eb\u0000',
      }),
    )
    expect([
      view?.path.length,
      view?.language,
      view?.referrer,
      view?.source.length,
      view?.medium,
      view?.campaign,
    ]).toEqual([300, '', '', 100, '', 'ab'])
  })
})

describe('leftOut', () => {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  test.each([
    [{ 'user-agent': agent }, null],
    [{}, 'robot'],
    [{ 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }, 'robot'],
    [{ 'user-agent': 'facebookexternalhit/1.1' }, 'robot'],
    [{ 'user-agent': 'curl/8.5' }, 'robot'],
    [{ 'user-agent': agent, 'sec-gpc': '1' }, 'privacy'],
    [{ 'user-agent': agent, dnt: '1' }, 'privacy'],
    [{ 'user-agent': agent, dnt: '0' }, null],
    [{ 'user-agent': agent, 'sec-purpose': 'prefetch;prerender' }, 'preview'],
    [{ 'user-agent': agent, 'x-moz': 'prefetch' }, 'preview'],
    [{ 'user-agent': agent, cookie: 'a=1; floowe-4800=x' }, 'member'],
    [{ 'user-agent': agent, cookie: '__Host-floowe-443=x' }, 'member'],
    [{ 'user-agent': agent, cookie: 'notfloowe-4800=x' }, null],
  ])('%o', (headers, reason) => expect(leftOut(headers)).toBe(reason))
})

import { describe, expect, test } from 'vitest'
import { pageFor } from '../testing/network.ts'
import { copyFor, type Issue, letterOf, messageIdOf } from './letter.ts'
import { letterText } from './letter-text.ts'

const publicUrl = 'https://floowe.example'
const issue = (more: Partial<Issue> = {}, content: Parameters<typeof pageFor>[0] = {}): Issue => ({
  content: pageFor({ title: 'Kamienica & cegła', editionId: '0190aaaa-0000-7000-8000-00000000abcd', ...content }),
  profile: { senderName: 'Studio <Wisła>', imprint: 'ul. Nadrzeczna 7, Warszawa', language: 'pl' },
  newsletterName: 'Listy znad Wisły',
  viewUrl: 'https://studio.example/kamienica',
  publicUrl,
  ...more,
})
const asIs = (address: string): string => address
/** Values of one attribute of one kind of element, in order. */
const valuesOf = (html: string, tag: string, attribute: string): (string | null)[] =>
  [...html.matchAll(new RegExp(`<${tag}((?: [a-z-]+(?:="[^"]*")?)*)>`, 'g'))].map(
    ([, attributes = '']) => new RegExp(` ${attribute}="([^"]*)"`).exec(attributes)?.[1] ?? null,
  )
/** The text of the issue, without what stands around it. */
const bodyOf = (html: string): string => /<div class="f-text"[^>]*>([^]*?)<div class="f-small"/.exec(html)?.[1] ?? ''

describe('the letter', () => {
  test('says who sends it, why, and how to leave; in both forms', () => {
    const { html, text } = copyFor(letterOf(issue()), `${publicUrl}/newsletter/unsubscribe/x`)
    for (const form of [html, text]) {
      expect(form).toContain('Listy znad Wisły')
      expect(form).toContain('ul. Nadrzeczna 7, Warszawa')
      expect(form).toContain(`${publicUrl}/newsletter/unsubscribe/x`)
      expect(form).toContain('Wypisz mnie')
      expect(form).not.toMatch(/[\uE000-\uF8FF]/)
    }
    expect(html).toContain('Studio &lt;Wisła&gt;')
    expect(html).toContain('Kamienica &amp; cegła')
    expect(letterOf(issue({ profile: { ...issue().profile, language: 'en' } })).text).toContain('Unsubscribe')
  })

  test('links of ours tell where they were read, strangers’ stay as they are', () => {
    const html =
      '<p><a href="https://studio.example/inny?a=1&amp;b=2">i</a> <a href="/site/studio/x">x</a> <a href="https://elsewhere.example/">e</a> <a href="#t-fn-1">1</a></p>'
    const letter = letterOf(issue({}, { html }))
    expect(valuesOf(bodyOf(letter.html), 'a', 'href')).toEqual([
      'https://studio.example/inny?a=1&amp;b=2&amp;utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign=kamienica&amp;utm_content=0000abcd',
      'https://floowe.example/site/studio/x?utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign=kamienica&amp;utm_content=0000abcd',
      'https://elsewhere.example/',
    ])
    expect(letter.text).toContain('e (https://elsewhere.example/)')
    expect(valuesOf(letter.html, 'a', 'href')[0]).toContain('https://studio.example/kamienica?utm_source=newsletter')
    expect(letterOf(issue({ viewUrl: null })).html).not.toContain('Otwórz w przeglądarce')
  })

  test('pictures have whole addresses, words and a width that fits; styles stand at the elements, classes and scripts nowhere', () => {
    const html =
      '<figure class="picture"><img src="/media/a.webp" srcset="/media/b.webp 2x" width="1600" height="900" alt="Rzeka" loading="lazy" /><figcaption>Wisła</figcaption></figure>\n<details><summary>Więcej</summary><p>x</p></details>\n<blockquote><p>cytat</p></blockquote>'
    const cover = {
      mediaId: '0190aaaa-0000-7000-8000-000000000001',
      url: '/media/c.jpg',
      alt: 'Most',
      caption: '',
      credit: '',
      width: 10,
      height: 10,
      focalPoint: null,
      variants: [],
    }
    const body = bodyOf(letterOf(issue({}, { html, cover: cover as never })).html) // as much of a cover as a letter looks at
    expect(valuesOf(body, 'img', 'src')).toEqual([`${publicUrl}/media/c.jpg`, `${publicUrl}/media/a.webp`])
    expect(valuesOf(body, 'img', 'alt')).toEqual(['Most', 'Rzeka'])
    expect(valuesOf(body, 'img', 'width')).toEqual([null, '560'])
    expect(body).not.toMatch(/<(?:details|script|table)|(?: class| height| srcset| loading)=/)
    expect(valuesOf(body, 'blockquote', 'style')[0]).toContain('border-left')
  })

  test('nothing in a text can become markup, another link to leave, or another header', () => {
    const title = '<script>alert(1)</script>\u{E000}leave\u{E001}'
    const { html } = copyFor(letterOf(issue({}, { title, lead: '"><img src=x onerror=1>' })), 'https://a.example/"><b>')
    expect(html).not.toMatch(/<(?:script|b|img)\b/)
    const bad = letterOf(issue({}, { html: '<p><a href="javascript:alert(1)">x</a></p>' }))
    expect(bad.html).not.toContain('javascript:')
  })

  test('has the same id for the same reader and issue, and another for others', () => {
    expect(messageIdOf('d', 's', 'a@example.com')).toBe(messageIdOf('d', 's', 'b@example.com'))
    expect(messageIdOf('d', 's', 'a@example.com')).not.toBe(messageIdOf('d', 't', 'a@example.com'))
    expect(messageIdOf('d', 's', 'a@example.com')).toMatch(/^[0-9a-f]{40}@example\.com$/)
  })
})

test.each([
  ['<p>Ala ma <strong>kota</strong>.</p>\n<p>I &amp; &lt;psa&gt;.</p>\n', 'Ala ma kota.\n\nI & <psa>.'],
  ['<p>raz<br>dwa</p>', 'raz\ndwa'],
  [
    '<h2 id="x">Tytuł</h2>\n<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n<li>d</li></ol></li></ul>',
    '## Tytuł\n\n- a\n- b\n  1. c\n  2. d',
  ],
  [
    '<p>O <a href="https://a.example/?x=1&amp;y=2">tym</a>, <a href="https://b.example">https://b.example</a></p>',
    'O tym (https://a.example/?x=1&y=2), https://b.example',
  ],
  ['<blockquote>\n<p>raz</p>\n<p>dwa</p>\n</blockquote>\n<p>trzy</p>', '> raz\n> \n> dwa\n\ntrzy'],
  ['<pre><code>a\n  b</code></pre>', 'a\n  b'],
  ['<figure><img src="/a" alt="Most"><figcaption>podpis</figcaption></figure>', '[Most]\n\npodpis'],
  ['<p>x</p><hr><p>y</p>', 'x\n\n* * *\n\ny'],
  ['<p>&#x17C; &#243; &nieznane;</p>', 'ż ó &nieznane;'],
])('%j as plain text', (html, text) => {
  expect(letterText(html, asIs).replace(/[ ]+$/gm, '')).toBe(text.replace(/[ ]+$/gm, ''))
})

import { describe, expect, test } from 'vitest'
import { openingWords, shortened, shownBody } from './body.ts'

const shown = (html: string, given: Partial<Parameters<typeof shownBody>[1]> = {}): string =>
  shownBody(html, {
    language: 'pl',
    publicUrl: 'https://app.example',
    origin: 'https://app.example',
    for: 'page',
    tableLabel: 'Tabela',
    ...given,
  })

describe('hostile HTML', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)><script>alert(1)</script></svg>',
    '<math><mtext><script>alert(1)</script></mtext></math>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<iframe src="/api/v1/me"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="x.swf"></object>',
    '<embed src="x">',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<style>body{display:none}</style>',
    '<p style="position:fixed;inset:0">x</p>',
    '<form action="/api/v1/me"><input name=x><button>go</button></form>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img srcset="javascript:alert(1) 1x">',
    '<video src=x onerror=alert(1)>',
    '<details open ontoggle=alert(1)>x</details>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<template><script>alert(1)</script></template>',
    '<textarea><script>alert(1)</script></textarea>',
    '<p class="masthead skip">x</p>',
    '<xmp><script>alert(1)</script></xmp>',
    '<plaintext><script>alert(1)</script>',
    '<!--><script>alert(1)</script>-->',
    '<a href="https://x.example" target="_top" ping="https://evil.example">x</a>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<button formaction=javascript:alert(1)>x</button>',
    '<isindex type=image src=1 onerror=alert(1)>',
    '<img src="https://x.example/a.png" onload="alert(1)" usemap="#m">',
  ]
  test.each(hostile)('%s', (html) => {
    for (const mode of ['page', 'feed'] as const) {
      const out = shown(html, { for: mode })
      expect(out).not.toMatch(
        /<(?:script|style|iframe|object|embed|base|meta|link|form|input|button|svg|math|template|textarea|video|xmp|plaintext|noscript)\b/i,
      )
      expect(out).not.toMatch(/\son\w+\s*=/i)
      expect(out).not.toMatch(
        /(?:href|src|srcset|action|formaction)\s*=\s*["']?\s*(?:javascript|vbscript|data:text|data:image\/svg)/i,
      )
      expect(out).not.toMatch(/\sstyle=|masthead|ping=|target=/)
    }
  })
})

describe('a page', () => {
  test('Polish is set, code is not', () => {
    expect(shown('<p>Ala i kot "Mruczek" w domu - razem.</p><pre><code>a "b" i c -- d</code></pre>')).toBe(
      '<p>Ala i\u00a0kot „Mruczek” w\u00a0domu\u00a0– razem.</p><pre tabindex="0"><code>a "b" i c -- d</code></pre>',
    )
    expect(shown('<p>On <em>powiedział</em> "<b>tak</b>" i wyszedł</p>')).toContain('„<b>tak</b>” i\u00a0wyszedł')
  })
  test('addresses are absolute, files come from the page’s own origin', () => {
    const out = shown(
      '<img src="/media/a.png" srcset="/media/a-1.png 480w, https://app.example/media/a-2.png 960w" alt="x"><a href="/o-nas">x</a><a href="https://app.example/media/a.pdf">y</a>',
      { origin: 'https://brzegi.example' },
    )
    expect(out).toContain('src="https://brzegi.example/media/a.png"')
    expect(out).toContain(
      'srcset="https://brzegi.example/media/a-1.png 480w, https://brzegi.example/media/a-2.png 960w"',
    )
    expect(out).toContain('href="https://app.example/o-nas"')
    expect(out).toContain('href="https://brzegi.example/media/a.pdf"')
  })
  test('ids are its own and stand once; links to them follow', () => {
    expect(shown('<h2 id="main">A</h2><p id="main">B</p><a href="#main">C</a><h2 id="t-x">D</h2>')).toBe(
      '<h2 id="t-main">A</h2><p>B</p><a href="#t-main">C</a><h2 id="t-x">D</h2>',
    )
  })
  test('tables get room, a second h1 steps down, a picture without address leaves its words', () => {
    const out = shown('<h1>x</h1><table><tbody><tr><td>1</td></tr></tbody></table><img alt="opis">')
    expect(out).toContain('<h2>x</h2><div class="wide" role="region" tabindex="0" aria-label="Tabela"><table>')
    expect(out).toContain('opis')
    expect(out).not.toContain('<img')
  })
  test('only a long first paragraph opens with a large letter', () => {
    const long = 'Zaczęło się od mapy. '.repeat(10)
    expect(shown(`<p>${long}</p><p>${long}</p>`).match(/class="opening"/g)).toHaveLength(1)
    expect(shown(`<h2>a</h2><p>${long}</p>`)).not.toContain('opening')
    expect(shown('<p>Krótko.</p>')).not.toContain('opening')
    expect(shown(`<p>- ${long}</p>`)).not.toContain('opening')
  })
  test('a feed is left as written', () => {
    expect(
      shown('<h1>x</h1><p>Ala i "kot"</p><table><tbody><tr><td>1</td></tr></tbody></table>', { for: 'feed' }),
    ).toBe('<h1>x</h1><p>Ala i "kot"</p><table><tbody><tr><td>1</td></tr></tbody></table>')
  })
})

test('what is cut ends behind a word, and no sign is halved', () => {
  expect(shortened('raz dwa trzy', 12)).toBe('raz dwa trzy')
  expect(shortened('raz dwa trzy', 11)).toBe('raz dwa…')
  expect(shortened('🦆'.repeat(10), 10)).toBe(`${'🦆'.repeat(4)}…`)
})
test('opening words', () => {
  expect(openingWords('<p>Raz &amp; dwa.</p><p>Trzy</p>')).toBe('Raz & dwa. Trzy')
  expect(openingWords(`<p>${'słowo '.repeat(100)}</p>`).length).toBeLessThanOrEqual(201)
})

import { expect, test } from 'vitest'
import { pageDocument, type PageShown } from './page-document.ts'

const page: PageShown = {
  title: 'Rano <script>alert(1)</script> & "wieczór"',
  lead: '<img src=x onerror=alert(1)>',
  html: '<p>Woda.</p>',
  cover: { url: '/media/a.webp', alt: '"><script>', caption: 'O świcie', credit: 'A. Nowak' },
  authors: [],
  categories: [],
  tags: [],
  slug: 'rano',
  metaTitle: '',
  metaDescription: '',
}
const dress = { css: 'p{}', variables: { '--ink': '#111' }, scheme: 'dark', origin: 'https://floowe.example' } as const

test('what people typed is text, and the document allows itself nothing but pictures, faces and its own style', () => {
  const made = pageDocument(page, 'pl', dress)
  expect(made).not.toMatch(/<script|<img src=x/)
  expect(made).toContain('Rano &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;wieczór&quot;')
  expect(made).toContain('<p class="lead">&lt;img src=x onerror=alert(1)&gt;</p>')
  expect(made).toContain('<figcaption>O świcie · A. Nowak</figcaption></figure><p>Woda.</p>')
  expect(made).toMatch(
    /content="default-src 'none'; img-src https:\/\/floowe\.example https: data:; font-src https:\/\/floowe\.example; style-src 'unsafe-inline'"/,
  )
  expect(made).toContain(':root{color-scheme:dark;--ink:#111}p{}')
})

test('without a lead and a cover their places are not there', () => {
  const made = pageDocument({ ...page, lead: '', cover: null }, 'pl', dress)
  expect(made).not.toMatch(/class="lead"|<figure/)
})

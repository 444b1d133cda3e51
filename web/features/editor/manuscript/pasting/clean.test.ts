import { readFileSync } from 'node:fs'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { describe, expect, test } from 'vitest'
import { cleaned, isFromOffice } from './clean.ts'
import { fileIn, nameOf, rtfPictures, withClipboardPictures } from './clipboard-pictures.ts'
import { targetOf } from './targets.ts'
import { attribute, element, htmlOf, type Piece } from './tree.ts'

type Parsed = DefaultTreeAdapterTypes.ChildNode
const treeOf = (nodes: readonly Parsed[]): Piece[] =>
  nodes.flatMap((node): Piece[] => {
    if ('value' in node) return [{ text: node.value }]
    if (!('tagName' in node)) return []
    const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]))
    return [{ tag: node.tagName, attributes, children: treeOf(node.childNodes) }]
  })
/** As a browser reads it: what stands in the head is not of the text. */
function read(html: string): Piece[] {
  const page = parse(html).childNodes.find((node) => node.nodeName === 'html')
  const body = page && 'childNodes' in page ? page.childNodes.find((node) => node.nodeName === 'body') : undefined
  return body && 'childNodes' in body ? treeOf(body.childNodes) : []
}
const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}.html`, import.meta.url), 'utf8')
const clean = (html: string, taken: readonly string[] = []): string =>
  htmlOf(
    cleaned(read(html), {
      taken: new Set(taken),
      picture: (image) => element('p', [{ text: `[${fileIn(image) ?? nameOf(image)}]` }]),
    }),
  )
/** Blocks below one another, to be read. */
const lines = (html: string): string[] =>
  html.replaceAll(/(?<=>)(?=<(?:h\d|p|ul|ol|li|table|tr|t[dh]|blockquote|div)\b)/g, '\n').split('\n')

describe('text from an office program', () => {
  test('Word', () => {
    expect(lines(clean(fixture('word')))).toEqual(
      lines(
        [
          '<h1>Rzeka wraca do miasta</h1>',
          '<p>Woda stała <strong>wyżej</strong> niż rok temu, a <strong><em>nikt</em></strong> tego nie zapisał w\u00A0kronice. Tylko Anna pamięta<sup data-footnote-reference="" data-label="1"></sup>.</p>',
          '<p>Zobacz <a href="https://example.org/mapa?z=1&amp;y=2">mapę rzeki</a>, początek i <s>stary</s> wzór H<sub>2</sub>O.</p>',
          '<ul><li><p>Most</p><ul><li><p>Przęsło <strong>pierwsze</strong></p></li><li><p>Przęsło drugie</p></li></ul></li><li><p>Prom</p></li></ul>',
          '<h2>Kolejność prac</h2>',
          '<ol start="3"><li><p>Zmierzyć</p></li><li><p>Zapisać</p></li></ol>',
          '<p>[Wodowskaz przy moście]</p>',
          '<table><tbody><tr><th><p>Dzień</p></th><th><p>Stan</p></th></tr><tr><td colspan="2"><p>bez zmian</p></td></tr></tbody></table>',
          '<blockquote><p>Rzeka nie czyta planów.</p></blockquote>',
          '<p>Dopisane.</p>',
          '<div data-footnote="" data-label="1"><p>Rozmowa z\u00A0<em>maja</em>.</p></div>',
        ].join(''),
      ),
    )
  })

  test('Word online', () => {
    expect(clean(fixture('word-online'))).toBe(
      [
        '<h2>Plan</h2>',
        '<ul><li><p>Most</p><ul><li><p><strong>Przęsło</strong></p></li></ul></li><li><p>Prom</p></li></ul>',
        '<p>Zobacz <a href="https://example.org/">mapę</a>.</p>',
      ].join(''),
    )
  })

  test('Google Docs', () => {
    expect(lines(clean(fixture('google-docs')))).toEqual(
      lines(
        [
          '<h2>Rzeka wraca</h2>',
          '<p>Woda stała <strong>wyżej</strong><em> niż rok temu</em>, zobacz <a href="https://example.org/mapa?z=1&amp;y=2">mapę</a>. H<sub>2</sub>O</p>',
          '<ul><li><p>Most</p><ul><li><p>Przęsło</p></li></ul></li><li><p>Prom</p></li></ul>',
          '<ol start="2"><li><p>Zmierzyć</p></li></ol>',
          '<ul data-type="taskList"><li data-type="taskItem"><input type="checkbox" checked=""><p>Zadzwonić</p></li></ul>',
          '<p>[Wodowskaz]</p>',
          '<table><tbody><tr><th><p>Dzień</p></th><th><p>Stan</p></th></tr><tr><td><p>poniedziałek</p></td><td><p></p></td></tr></tbody></table>',
        ].join(''),
      ),
    )
  })

  test('LibreOffice', () => {
    expect(clean(fixture('libreoffice'))).toBe(
      [
        '<h3>Rzeka</h3>',
        '<p>Woda <strong>wyżej</strong><sup data-footnote-reference="" data-label="1"></sup>.</p>',
        '<ol><li><p>Zmierzyć</p><ol><li><p>rano</p></li></ol></li></ol>',
        '<div data-footnote="" data-label="1"><p>Według kroniki.</p></div>',
      ].join(''),
    )
  })

  test('nothing of how it looked, of its author or of that computer is left', () => {
    for (const name of ['word', 'word-online', 'google-docs', 'libreoffice'])
      expect(clean(fixture(name))).not.toMatch(
        /style=|class=|color|font|file:|Sprawdzić|skreślone|mso|guid|google\.com|<(?:span|b|i|u|font|a name)\b/,
      )
  })

  test('notes get numbers that the text does not have yet', () => {
    expect(clean(fixture('word'), ['1', '2'])).toContain('<sup data-footnote-reference="" data-label="3"></sup>')
  })

  test('a few words stay words, and stand in the paragraph they come into', () => {
    const words =
      '<b style="font-weight:normal;" id="docs-internal-guid-1"><span style="font-weight:700">raz</span> dwa</b>'
    expect(clean(words)).toBe('<strong>raz</strong> dwa')
  })
})

test.each([
  ['<p class=MsoNormal>x</p>', true],
  ['<b id="docs-internal-guid-1">x</b>', true],
  ['<meta name="generator" content="LibreOffice 24">', true],
  ['<p data-id="a">mso is a word</p>', false],
  ['<h1>Strona</h1><p style="color:red">x</p>', false],
])('%s is of an office program: %s', (html, is) => expect(isFromOffice(html)).toBe(is))

test.each([
  ['https://www.google.com/url?q=https://a.example/x%3Fy%3D1&sa=D&usg=1', 'https://a.example/x?y=1'],
  ['https://www.google.pl/url?q=http://b.example/&sa=D', 'http://b.example/'],
  ['https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fc.example%2F&data=1', 'https://c.example/'],
  ['https://www.google.com/search?q=https://a.example', 'https://www.google.com/search?q=https://a.example'],
  ['https://www.google.com/url?q=javascript:alert(1)', 'https://www.google.com/url?q=javascript:alert(1)'],
  ['mailto:ewa@example.org', 'mailto:ewa@example.org'],
  ['#_Toc1', ''],
  ['file:///C:/x.docx', ''],
  ['javascript:alert(1)', ''],
])('%s leads to %s', (href, target) => expect(targetOf(href)).toBe(target))

describe('pictures on the clipboard', () => {
  const png = '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d'
  const pict = (kind: string, hex = png): string =>
    `{\\*\\shppict{\\pict{\\*\\picprop\\shplid1025{\\sp{\\sn x}{\\sv 1}}}\\picscalex100\\picw26\\pich26\\${kind}blip\\bliptag-12 {\\*\\blipuid 89abcdef89abcdef}\r\n${hex}}}`
  const aside = `{\\nonshppict{\\pict\\wmetafile8 0100090000}}`

  test('Word’s stand in the RTF, each once, in the order of the text', async () => {
    const html = '<p class=MsoNormal><img src="file:///C:/a.png"> i <img src="https://a.example/b.png"></p>'
    const { pieces, files } = withClipboardPictures(read(html), `{\\rtf1 ${pict('png')}${aside} tekst}`)
    expect(files.map(({ name, type }) => [name, type])).toEqual([['picture-1.png', 'image/png']])
    expect(Buffer.from((await files[0]?.arrayBuffer()) ?? new ArrayBuffer()).toString('hex')).toBe(png)
    expect(htmlOf(pieces)).toContain('src="clipboard:0"')
    expect(htmlOf(pieces)).toContain('src="https://a.example/b.png"')
  })

  test('where their counts differ nobody guesses', () => {
    const html = '<p class=MsoNormal><img src="file:///C:/a.png"><img src="file:///C:/b.png"></p>'
    expect(withClipboardPictures(read(html), `{\\rtf1 ${pict('png')}}`).files).toEqual([])
  })

  test('one that is neither PNG nor JPEG stays behind, the others come', () => {
    const html = '<img src="file:///C:/a.emf"><img src="file:///C:/b.jpg">'
    const { pieces, files } = withClipboardPictures(read(html), `{\\rtf1 ${pict('emf')}${pict('jpeg')}}`)
    expect(files.map(({ name }) => name)).toEqual(['picture-2.jpg'])
    expect(attribute(pieces[0], 'src')).toBe('file:///C:/a.emf')
  })

  test('data in the HTML is a file; what is not base64 is none', () => {
    const { files } = withClipboardPictures(
      read('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img src="data:image/svg+xml;base64,PHN2Zz4=">'),
      '',
    )
    expect(files.map(({ type }) => type)).toEqual(['image/gif'])
  })

  test('RTF that breaks off ends nothing but itself', () => {
    expect(rtfPictures('{\\rtf1 {\\pict\\pngblip 8950')).toEqual([null])
  })

  test('what stays behind is called by its description, else by its file', () => {
    expect(nameOf(element('img', [], { alt: ' Most \n nad rzeką ', src: 'file:///C:/a.png' }))).toBe('Most nad rzeką')
    expect(nameOf(element('img', [], { src: 'file:///C:/moje%20zdj.png' }))).toBe('moje zdj.png')
    expect(nameOf(element('img', [], { src: 'https://a.example/x' }))).toBe('')
  })
})

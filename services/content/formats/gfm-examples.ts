/**
 * One example for each example of the extensions in the GitHub Flavored Markdown specification (0.29), under its number there:
 * the same constructs in the same places, in words of our own. For tests.
 */
export type GfmExample = { number: number; section: string; markdown: string; html: string }

const cells = (tag: 'td' | 'th', texts: readonly string[]) =>
  `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`
const table = (head: readonly string[], ...rows: (readonly string[])[]) =>
  `<table><thead>${cells('th', head)}</thead>${rows.length > 0 ? `<tbody>${rows.map((row) => cells('td', row)).join('')}</tbody>` : ''}</table>`
const box = (isChecked: boolean) => `<input ${isChecked ? 'checked="" ' : ''}disabled="" type="checkbox">`
const link = (href: string, text: string) => `<a href="${href}">${text}</a>`
const search = 'www.example.org/find?q=Bread+(rye)'
const found = link(`http://${search}`, search)

export const gfmExamples: readonly GfmExample[] = [
  {
    number: 198,
    section: 'Tables',
    markdown: '| pen | ink |\n| --- | --- |\n| red | blue |',
    html: table(['pen', 'ink'], ['red', 'blue']),
  },
  {
    number: 199,
    section: 'Tables',
    markdown: '| pen | inkwell |\n:-: | -----------:\nred | blue',
    html: '<table><thead><tr><th align="center">pen</th><th align="right">inkwell</th></tr></thead><tbody><tr><td align="center">red</td><td align="right">blue</td></tr></tbody></table>',
  },
  {
    number: 200,
    section: 'Tables',
    markdown: '| p\\|en  |\n| ------ |\n| a `\\|` b |\n| c **\\|** d |',
    html: table(['p|en'], ['a <code>|</code> b'], ['c <strong>|</strong> d']),
  },
  {
    number: 201,
    section: 'Tables',
    markdown: '| pen | ink |\n| --- | --- |\n| red | blue |\n> quoted',
    html: `${table(['pen', 'ink'], ['red', 'blue'])}<blockquote><p>quoted</p></blockquote>`,
  },
  {
    number: 202,
    section: 'Tables',
    markdown: '| pen | ink |\n| --- | --- |\n| red | blue |\nlate\n\nafter',
    html: `${table(['pen', 'ink'], ['red', 'blue'], ['late', ''])}<p>after</p>`,
  },
  {
    number: 203,
    section: 'Tables',
    markdown: '| pen | ink |\n| --- |\n| red |',
    html: '<p>| pen | ink | | --- | | red |</p>',
  },
  {
    number: 204,
    section: 'Tables',
    markdown: '| pen | ink |\n| --- | --- |\n| red |\n| red | blue | lost |',
    html: table(['pen', 'ink'], ['red', ''], ['red', 'blue']),
  },
  { number: 205, section: 'Tables', markdown: '| pen | ink |\n| --- | --- |', html: table(['pen', 'ink']) },
  {
    number: 279,
    section: 'Task list items',
    markdown: '- [ ] write\n- [x] rest',
    html: `<ul><li>${box(false)} write</li><li>${box(true)} rest</li></ul>`,
  },
  {
    number: 280,
    section: 'Task list items',
    markdown: '- [x] write\n  - [ ] draft\n  - [x] outline\n- [ ] rest',
    html: `<ul><li>${box(true)} write<ul><li>${box(false)} draft</li><li>${box(true)} outline</li></ul></li><li>${box(false)} rest</li></ul>`,
  },
  {
    number: 491,
    section: 'Strikethrough',
    markdown: '~~Old~~ New, ~worn~ words!',
    html: '<p><del>Old</del> New, <del>worn</del> words!</p>',
  },
  {
    number: 492,
    section: 'Strikethrough',
    markdown: 'It ~~goes over\n\nthe paragraph~~.',
    html: '<p>It ~~goes over</p><p>the paragraph~~.</p>',
  },
  {
    number: 493,
    section: 'Strikethrough',
    markdown: 'Three ~~~are not~~~ two.',
    html: '<p>Three ~~~are not~~~ two.</p>',
  },
  {
    number: 622,
    section: 'Autolinks',
    markdown: 'www.example.org',
    html: `<p>${link('http://www.example.org', 'www.example.org')}</p>`,
  },
  {
    number: 623,
    section: 'Autolinks',
    markdown: 'Read www.example.org/help before you ask.',
    html: `<p>Read ${link('http://www.example.org/help', 'www.example.org/help')} before you ask.</p>`,
  },
  {
    number: 624,
    section: 'Autolinks',
    markdown: 'Read www.example.org.\n\nRead www.example.org/p.q.',
    html: `<p>Read ${link('http://www.example.org', 'www.example.org')}.</p><p>Read ${link('http://www.example.org/p.q', 'www.example.org/p.q')}.</p>`,
  },
  {
    number: 625,
    section: 'Autolinks',
    markdown: `${search}\n\n${search}))\n\n(${search})\n\n(${search}`,
    html: `<p>${found}</p><p>${found}))</p><p>(${found})</p><p>(${found}</p>`,
  },
  {
    number: 626,
    section: 'Autolinks',
    markdown: 'www.example.org/find?q=(rye))+fresh',
    html: `<p>${link('http://www.example.org/find?q=(rye))+fresh', 'www.example.org/find?q=(rye))+fresh')}</p>`,
  },
  {
    number: 627,
    section: 'Autolinks',
    markdown: 'www.example.org/find?q=bread&hx=pl\n\nwww.example.org/find?q=bread&hx;',
    html: `<p>${link('http://www.example.org/find?q=bread&amp;hx=pl', 'www.example.org/find?q=bread&amp;hx=pl')}</p><p>${link('http://www.example.org/find?q=bread', 'www.example.org/find?q=bread')}&amp;hx;</p>`,
  },
  {
    number: 628,
    section: 'Autolinks',
    markdown: 'www.example.org/br<ead',
    html: `<p>${link('http://www.example.org/br', 'www.example.org/br')}&lt;ead</p>`,
  },
  {
    number: 629,
    section: 'Autolinks',
    markdown: 'http://example.org\n\n(Read https://secure.example.org/find?q=Bread+(rye))',
    html: `<p>${link('http://example.org', 'http://example.org')}</p><p>(Read ${link('https://secure.example.org/find?q=Bread+(rye)', 'https://secure.example.org/find?q=Bread+(rye)')})</p>`,
  },
  {
    number: 630,
    section: 'Autolinks',
    markdown: 'desk@press.pl',
    html: `<p>${link('mailto:desk@press.pl', 'desk@press.pl')}</p>`,
  },
  {
    number: 631,
    section: 'Autolinks',
    markdown: 'desk@post+abc.press fails, desk+abc@post.press works.',
    html: `<p>desk@post+abc.press fails, ${link('mailto:desk+abc@post.press', 'desk+abc@post.press')} works.</p>`,
  },
  {
    number: 632,
    section: 'Autolinks',
    markdown: 'p.q-r_s@p.q\n\np.q-r_s@p.q.\n\np.q-r_s@p.q-\n\np.q-r_s@p.q_',
    html: `<p>${link('mailto:p.q-r_s@p.q', 'p.q-r_s@p.q')}</p><p>${link('mailto:p.q-r_s@p.q', 'p.q-r_s@p.q')}.</p><p>p.q-r_s@p.q-</p><p>p.q-r_s@p.q_</p>`,
  },
  {
    number: 633,
    section: 'Autolinks',
    markdown:
      'mailto:desk@press.pl\n\nmailto:p.q-r_s@p.q\n\nmailto:p.q-r_s@p.q.\n\nmailto:p.q-r_s@p.q/\n\nmailto:p.q-r_s@p.q-\n\nmailto:p.q-r_s@p.q_\n\nxmpp:desk@press.pl\n\nxmpp:desk@press.pl.',
    html: [
      `<p>${link('mailto:desk@press.pl', 'mailto:desk@press.pl')}</p>`,
      `<p>${link('mailto:p.q-r_s@p.q', 'mailto:p.q-r_s@p.q')}</p><p>${link('mailto:p.q-r_s@p.q', 'mailto:p.q-r_s@p.q')}.</p><p>${link('mailto:p.q-r_s@p.q', 'mailto:p.q-r_s@p.q')}/</p>`,
      '<p>mailto:p.q-r_s@p.q-</p><p>mailto:p.q-r_s@p.q_</p>',
      `<p>${link('xmpp:desk@press.pl', 'xmpp:desk@press.pl')}</p><p>${link('xmpp:desk@press.pl', 'xmpp:desk@press.pl')}.</p>`,
    ].join(''),
  },
  {
    number: 634,
    section: 'Autolinks',
    markdown: 'xmpp:desk@press.pl/note\n\nxmpp:desk@press.pl/note@home\n\nxmpp:desk@press.pl/note@home.pl',
    html: ['note', 'note@home', 'note@home.pl']
      .map((end) => `<p>${link(`xmpp:desk@press.pl/${end}`, `xmpp:desk@press.pl/${end}`)}</p>`)
      .join(''),
  },
  {
    number: 635,
    section: 'Autolinks',
    markdown: 'xmpp:desk@press.pl/note/home',
    html: `<p>${link('xmpp:desk@press.pl/note', 'xmpp:desk@press.pl/note')}/home</p>`,
  },
  {
    number: 657,
    section: 'Disallowed raw HTML',
    markdown:
      '<strong> <title> <style> <em>\n\n<blockquote>\n  <xmp> is not let through.  <XMP> neither.\n</blockquote>',
    html: '<p><strong> &lt;title> &lt;style> <em></p><blockquote>&lt;xmp> is not let through.  &lt;XMP> neither.</blockquote>',
  },
]

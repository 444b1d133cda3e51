/** A small magazine for tests that look at whole pages: every kind of block, two languages, pictures. */
import type { SnapshotContent } from '@floowe/contracts/content'
import { author, coverOf, snapshot, term } from './samples.ts'

const anna = author(
  1,
  'Anna Zawada',
  'anna-zawada',
  'Reporterka. Pisze o wodzie, granicach i o tym, co z nich zostaje po zimie.',
)
const piotr = author(2, 'Piotr Lis', 'piotr-lis')
const reportage = term(11, 'Reportaże', 'reportaze')
const talks = term(12, 'Rozmowy', 'rozmowy')
const practice = term(13, 'Praktyka', 'praktyka')
const sea = term(21, 'Morze', 'morze')
const maps = term(22, 'Mapy', 'mapy')

const longBody = `<p>Zaczęło się od mapy na serwetce. Helena twierdzi, że to był żart, ale trzy miesiące później jechała już wzdłuż Zatoki ze szkicownikiem i aparatem, który nie znosił wilgoci. Pierwszą planszę narysowała na promie, drugą w poczekalni dworca w Gdyni, trzecią pod plandeką cudzego kutra.</p>
<p>Atlas liczy czterdzieści plansz. Każda powstała na miejscu, w deszczu i w słońcu, a dopiero potem trafiła do skanera. „Nie ufam pamięci”, mówi Helena. „Pamięć prostuje brzegi”<sup><a href="#t-fn-1" id="t-fnref-1" class="footnote-ref" role="doc-noteref" aria-label="Przypis 1">1</a></sup>.</p>
<h2 id="t-skad-sie-bierze-linia">Skąd się bierze linia</h2>
<p>Linia brzegowa nie istnieje. Istnieje <strong>pas</strong>, w którym woda i ląd negocjują, i <em>chwila</em>, w której ktoś tę negocjację zapisuje. <a href="https://example.com/brzeg">Kartografowie</a> wiedzą o tym od dawna: im krótsza miarka, tym dłuższy brzeg.</p>
<figure class="picture"><img src="/media/szkic.jpeg" srcset="/media/szkic-480.jpeg 480w, /media/szkic-960.jpeg 960w" sizes="40rem" width="1200" height="800" alt="Szkic klifu w Orłowie" loading="lazy" decoding="async"><figcaption>Klif w Orłowie, plansza 17. Rysunek: Helena Mazur.</figcaption></figure>
<p>Przez 214 km trasy Helena używała trzech narzędzi:</p>
<ul>
<li>ołówka 4B,</li>
<li>roweru z przyczepką,</li>
<li>cierpliwości, której zapas odnawiała w barach mlecznych.</li>
</ul>
<blockquote>
<p>Rysuję tylko to, czego mogę dotknąć. Reszta jest literaturą.</p>
</blockquote>
<aside class="callout callout-tip" role="note">
<p class="callout-title">Wskazówka</p>
<p>Najlepsze światło na klifie jest w październiku, między 15:30 a 16:10.</p>
</aside>
<h3 id="t-ile-to-trwalo">Ile to trwało</h3>
<table>
<thead>
<tr>
<th scope="col">Odcinek</th>
<th class="align-right" scope="col">Kilometry</th>
<th class="align-right" scope="col">Dni</th>
<th scope="col">Pogoda</th>
</tr>
</thead>
<tbody>
<tr>
<td>Gdynia–Hel</td>
<td class="align-right">77</td>
<td class="align-right">12</td>
<td>deszcz, potem deszcz</td>
</tr>
<tr>
<td>Hel–Władysławowo</td>
<td class="align-right">36</td>
<td class="align-right">5</td>
<td>wiatr</td>
</tr>
<tr>
<td>Władysławowo–Łeba</td>
<td class="align-right">101</td>
<td class="align-right">19</td>
<td>słońce</td>
</tr>
</tbody>
</table>
<p>Długość linii policzył skrypt, który Helena napisała w jeden wieczór:</p>
<pre><code class="language-python">def length(points, step):
    return sum(distance(a, b) for a, b in pairs(points[::step]))
</code></pre>
<ol start="3">
<li>Najpierw <code>length(points, 1)</code>,</li>
<li>potem co dziesiąty punkt.</li>
</ol>
<ul class="task-list">
<li><span class="task-box" role="img" aria-label="zrobione">☑</span> skan</li>
<li><span class="task-box" role="img" aria-label="do zrobienia">☐</span> druk</li>
</ul>
<figure class="embed embed-youtube"><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><span class="embed-title">Jak rysować brzeg (YouTube)</span></a></figure>
<hr>
<p>Atlas ukaże się wiosną. Helena planuje już następny, tym razem rzek.</p>
<section class="footnotes" role="doc-endnotes">
<h2 id="t-footnotes">Przypisy</h2>
<ol>
<li id="t-fn-1">
<p>Rozmowa w Gdyni, 3 maja. <a href="#t-fnref-1" class="footnote-back" role="doc-backlink" aria-label="Wróć do tekstu: przypis 1">↩&#xFE0E;</a></p>
</li>
</ol>
</section>`

const plain = (opening: string): string =>
  `<p>${opening} Potem przyszła zima i nikt już nie pytał, po co komu mapa miejsca, które zna na pamięć. A jednak ktoś pytał, i to codziennie, o szóstej rano, przez telefon na korbkę.</p>\n<p>Reszta jest w środku.</p>`

const story = (
  number: number,
  title: string,
  slug: string,
  lead: string,
  more: Parameters<typeof snapshot>[1] = {},
): SnapshotContent =>
  snapshot(number, {
    title,
    slug,
    lead,
    html: plain(lead),
    readingMinutes: 3 + (number % 6),
    words: 600 + number,
    authors: [number % 2 === 0 ? anna : piotr],
    tags: [sea],
    ...more,
  })

/** Oldest first. */
export const magazine: readonly SnapshotContent[] = [
  snapshot(100, {
    type: 'page',
    title: 'O nas',
    slug: 'o-nas',
    lead: '',
    html: '<p>Brzegi to magazyn o miejscach, w których coś się kończy, a coś innego zaczyna. Wychodzimy co tydzień, w czwartek o siódmej rano.</p><h2 id="t-redakcja">Redakcja</h2><p>Piszą: Anna Zawada i Piotr Lis.</p>',
  }),
  story(
    101,
    'Latarnik na pół etatu',
    'latarnik-na-pol-etatu',
    'W Rozewiu światło włącza się samo, ale ktoś musi na to patrzeć.',
    { categories: [talks] },
  ),
  story(
    102,
    'Co zostaje po sezonie',
    'co-zostaje-po-sezonie',
    'Trzysta parawanów, jeden zegarek i mężczyzna, który je zbiera.',
    { categories: [reportage], cover: coverOf('sezon') },
  ),
  story(
    103,
    'Jak składać namiot na wietrze',
    'jak-skladac-namiot-na-wietrze',
    'Pięć ruchów, które warto znać, zanim będzie za późno.',
    { categories: [practice], cover: coverOf('namiot') },
  ),
  story(104, 'Szum', 'szum', 'Inżynier dźwięku nagrywa Bałtyk od dwudziestu lat. Twierdzi, że morze się zestarzało.', {
    categories: [talks],
  }),
  story(
    105,
    'Granica, która się rusza',
    'granica-ktora-sie-rusza',
    'Mierzeja cofa się o metr rocznie. Mieszkańcy liczą inaczej: w sosnach.',
    { categories: [reportage], cover: coverOf('mierzeja'), tags: [sea, maps] },
  ),
  story(106, 'Zeszyt w kratkę', 'zeszyt-w-kratke', 'O notowaniu w terenie rozmawiamy z geodetką.', {
    categories: [practice],
    tags: [maps],
  }),
  story(
    107,
    'Prom o piątej czterdzieści',
    'prom-o-piatej-czterdziesci',
    'Pierwszy kurs, ostatni papieros i czterdzieści osób, które się nie znają.',
    { categories: [reportage], cover: coverOf('prom') },
  ),
  snapshot(108, {
    title: 'Jak powstaje atlas, którego nikt nie zamawiał',
    slug: 'jak-powstaje-atlas',
    lead: 'Dwie osoby, jeden rower i 214 kilometrów linii brzegowej narysowanej ręcznie.',
    html: longBody,
    readingMinutes: 9,
    words: 1480,
    authors: [anna],
    tags: [sea, maps],
    categories: [reportage],
    cover: coverOf('atlas', {
      alt: 'Mgła nad Zatoką Pucką o świcie',
      caption: 'Zatoka Pucka o świcie.',
      credit: 'Helena Mazur',
    }),
  }),
  snapshot(108, {
    language: 'en',
    title: 'The making of an atlas nobody ordered',
    slug: 'an-atlas-nobody-ordered',
    lead: 'Two people, one bicycle and 214 kilometres of coast drawn by hand.',
    html: '<p>It began with a map on a napkin. Helena says it was a joke, but three months later she was riding along the Bay with a sketchbook and a camera that could not stand the damp. The first plate was drawn on a ferry -- the second in a waiting room.</p><p>The atlas has forty plates.</p>',
    authors: [anna],
    tags: [sea],
    categories: [reportage],
    cover: coverOf('atlas'),
    readingMinutes: 7,
    words: 1400,
  }),
]

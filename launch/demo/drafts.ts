/** Short texts that begin in the app: ideas, templates, and an article that takes another one's address. */
import type { Body, BodyNode } from '@floowe/contracts/body'
import type { PersonName } from './people.ts'

const text = (value: string): BodyNode => ({ type: 'text', text: value })
const paragraph = (value: string): BodyNode => ({ type: 'paragraph', content: [text(value)] })
const heading = (value: string): BodyNode => ({ type: 'heading', attrs: { level: 2 }, content: [text(value)] })
const bold = (value: string): BodyNode => ({
  type: 'paragraph',
  content: [{ type: 'text', text: value, marks: [{ type: 'bold' }] }],
})
const list = (...values: readonly string[]): BodyNode => ({
  type: 'bulletList',
  content: values.map((value) => ({ type: 'listItem', content: [paragraph(value)] })),
})
const body = (...content: BodyNode[]): Body => ({ type: 'doc', content })

export type Idea = {
  by: PersonName
  daysAgo: number
  time: string
  language: 'pl' | 'en'
  title: string
  lead: string
  body: Body
  category: string
  tags: string[]
}

export const ideas: readonly Idea[] = [
  {
    by: 'joanna',
    daysAgo: 15,
    time: '13:40',
    language: 'pl',
    title: 'Jak czytać raport roczny spółki',
    lead: 'Dla redaktorów, którzy boją się przypisów. Przypisy są najciekawsze.',
    category: 'Praktyka',
    tags: ['dane', 'redakcja'],
    body: body(
      paragraph(
        'Wziąć jeden prawdziwy raport i przejść przez niego strona po stronie: co pominąć, gdzie szukać zmian, o co zapytać biuro prasowe.',
      ),
      list('znaleźć księgową, która lubi tłumaczyć', 'sprawdzić, czy wolno nam pokazać fragmenty'),
    ),
  },
  {
    by: 'aleksandra',
    daysAgo: 13,
    time: '15:10',
    language: 'pl',
    title: 'Kulisy sesji w kopalni soli',
    lead: 'Sto trzydzieści pięć metrów pod ziemią, dwie lampy i zakaz używania statywu.',
    category: 'Reportaże',
    tags: ['rzemiosło'],
    body: body(
      paragraph(
        'Fotografka, z którą robiliśmy album, zjeżdża tam w przyszłym miesiącu. Jest zgoda na jedną osobę towarzyszącą.',
      ),
      list('zapytać o ubezpieczenie', 'czy w soli działa telefon?'),
    ),
  },
  {
    by: 'marek',
    daysAgo: 8,
    time: '09:25',
    language: 'en',
    title: 'Five mistakes in B2B newsletters',
    lead: 'We have made four of them ourselves.',
    category: 'Praktyka',
    tags: ['newsletter'],
    body: body(
      paragraph(
        'Collect real examples, with permission, and rewrite each in half the words. The fifth mistake is calling it B2B.',
      ),
    ),
  },
  {
    by: 'anna',
    daysAgo: 3,
    time: '14:05',
    language: 'pl',
    title: 'Niedziele handlowe a kalendarz redakcji',
    lead: 'Kiedy czytelnicy są w sklepie, a kiedy na spacerze, i czy to widać w statystykach.',
    category: 'Praktyka',
    tags: ['planowanie', 'dane'],
    body: body(
      paragraph('Marek ma dane z trzech lat. Porównać niedziele handlowe z pozostałymi; uważać na święta i pogodę.'),
    ),
  },
]

/** Its address belonged to another text, which still stands there on the site: this one cannot go out. */
export const clash = {
  title: 'An editorial calendar to copy',
  slug: 'editorial-calendar',
  lead: 'The empty table from our piece on calendars, ready to be filled in.',
  body: body(
    paragraph(
      'Many of you asked for the table without the talk. Here it is. Copy it, cross out what you do not need, and keep the last column: it is the one that works.',
    ),
    list(
      'idea: one sentence, and a reason why anyone would read it',
      'draft: being written, the author is known',
      'in review: the author believes it is finished',
      'approved: nothing changes any more without a reason',
    ),
    paragraph(
      'If you change the words, write your own ones down where everyone can see them. The words matter less than the fact that there is only one set.',
    ),
  ),
} as const

export const templates = [
  {
    name: 'Rozmowa',
    description: 'Pytania pogrubione, odpowiedzi zwykłym pismem, jedno zdanie w ramce.',
    language: 'pl',
    title: 'Imię i nazwisko: najlepsze zdanie',
    lead: 'Kto to jest i dlaczego rozmawiamy właśnie teraz.',
    body: body(
      bold('Od czego się zaczęło?'),
      paragraph('Odpowiedź. Skracamy, nie poprawiamy sposobu mówienia.'),
      bold('Kiedy zmienił się sposób pracy?'),
      paragraph('Odpowiedź.'),
      { type: 'blockquote', content: [paragraph('Zdanie, które ktoś przeczyta na głos w tramwaju.')] },
      bold('Czego nikt nie pyta?'),
      paragraph('Odpowiedź.'),
    ),
  },
  {
    name: 'Studium przypadku',
    description: 'Problem, jedna zmiana, liczby, pomyłki, to, co da się powtórzyć.',
    language: 'pl',
    title: 'Kto, co zrobił i co z tego wynikło',
    lead: 'Jedno zdanie o punkcie wyjścia, jedno o wyniku, z liczbą.',
    body: body(
      heading('Co zastaliśmy'),
      paragraph('Liczby sprzed zmiany, bez ocen.'),
      heading('Jedna zmiana'),
      paragraph('Zasada, która mieści się na kartce.'),
      heading('Liczby'),
      list('przed', 'po', 'kto je sprawdził'),
      heading('Gdzie się pomyliliśmy'),
      paragraph('Co najmniej dwie rzeczy.'),
      heading('Co da się powtórzyć'),
      paragraph('Rada, którą można zastosować jutro.'),
    ),
  },
] as const

/** What the site itself says to readers, in the language of the page. Polish for Polish, English for all others. */

export type SiteWords = {
  /** For dates and names of languages. */
  locale: string
  search: string
  searchFor: string
  skip: string
  menu: string
  feed: string
  inLanguage: (language: string) => { before: string; link: string }
  minutes: (minutes: number) => string
  /** In lists, beside names and dates. */
  minutesInShort: (minutes: number) => string
  updated: (date: string) => string
  tags: string
  related: string
  newer: string
  older: string
  /** Over the front page's further pages. */
  olderArticles: string
  newerArticle: string
  olderArticle: string
  pages: string
  pageOf: (page: number, pages: number) => string
  articles: (count: number) => string
  /** Over the name; of authors nothing that has a gender. */
  kinds: Readonly<Record<'tag' | 'category' | 'author', string>>
  found: (count: number, query: string) => string
  nothingFound: (query: string) => string
  searchHint: string
  nothingYet: { title: string; text: string }
  notFound: { title: string; text: string }
  gone: { title: string; text: string }
  tooMany: { title: string; text: string }
  unavailable: { title: string; text: string }
  toHome: string
  mayHelp: string
  table: string
  footer: string
  photo: string
  print: string
}

const plural = (rules: Intl.PluralRules, count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>>): string =>
  `${count}\u00a0${forms[rules.select(count)] ?? forms.other ?? ''}`

/** How Polish names a language after "po". */
const polishWays: Readonly<Record<string, string>> = {
  en: 'angielsku',
  pl: 'polsku',
  de: 'niemiecku',
  fr: 'francusku',
  es: 'hiszpańsku',
  it: 'włosku',
  cs: 'czesku',
  sk: 'słowacku',
  uk: 'ukraińsku',
  lt: 'litewsku',
  pt: 'portugalsku',
  nl: 'niderlandzku',
  sv: 'szwedzku',
  da: 'duńsku',
  nb: 'norwesku',
  no: 'norwesku',
  fi: 'fińsku',
  hu: 'węgiersku',
  ro: 'rumuńsku',
  ja: 'japońsku',
  zh: 'chińsku',
  ko: 'koreańsku',
}

function polish(): SiteWords {
  const rules = new Intl.PluralRules('pl')
  const names = new Intl.DisplayNames('pl', { type: 'language' })
  return {
    locale: 'pl',
    search: 'Szukaj',
    searchFor: 'Czego szukasz?',
    skip: 'Przejdź do treści',
    menu: 'Menu',
    feed: 'RSS',
    inLanguage: (language) => {
      const way = polishWays[language.split('-', 1)[0] ?? '']
      return way && !language.includes('-')
        ? { before: 'Także po', link: way }
        : { before: 'Także w języku:', link: names.of(language) ?? language }
    },
    minutesInShort: (minutes) => `${minutes}\u00a0min`,
    minutes: (minutes) =>
      plural(rules, minutes, {
        one: 'minuta czytania',
        few: 'minuty czytania',
        many: 'minut czytania',
        other: 'minuty czytania',
      }),
    updated: (date) => `Zaktualizowano ${date}`,
    tags: 'Tagi',
    related: 'Czytaj też',
    newer: 'Nowsze',
    older: 'Starsze',
    olderArticles: 'Starsze artykuły',
    newerArticle: 'Następny artykuł',
    olderArticle: 'Poprzedni artykuł',
    pages: 'Strony',
    pageOf: (page, pages) => `Strona ${page} z\u00a0${pages}`,
    articles: (count) =>
      plural(rules, count, { one: 'artykuł', few: 'artykuły', many: 'artykułów', other: 'artykułu' }),
    kinds: { tag: 'Tag', category: 'Dział', author: 'Teksty' },
    found: (count, query) =>
      `${plural(rules, count, { one: 'wynik', few: 'wyniki', many: 'wyników', other: 'wyniku' })} dla „${query}”`,
    nothingFound: (query) => `Nic nie znaleźliśmy dla „${query}”`,
    searchHint: 'Spróbuj mniej słów albo innego słowa. Odmiana nie ma znaczenia, polskie znaki też nie.',
    nothingYet: { title: 'Jeszcze nic tu nie ma', text: 'Pierwszy artykuł pojawi się tutaj zaraz po publikacji.' },
    notFound: { title: 'Nie ma takiej strony', text: 'Adres mógł się zmienić albo zawiera literówkę.' },
    gone: { title: 'Tej strony już nie ma', text: 'Redakcja wycofała ją z publikacji.' },
    tooMany: { title: 'Za dużo wyszukiwań', text: 'Odczekaj chwilę i spróbuj ponownie.' },
    unavailable: { title: 'Strona chwilowo nie odpowiada', text: 'Spróbuj ponownie za moment.' },
    toHome: 'Wróć na stronę główną',
    mayHelp: 'Może zainteresuje cię',
    table: 'Tabela',
    footer: 'Stopka',
    photo: 'Fot.',
    print: 'Źródło:',
  }
}

function english(): SiteWords {
  const rules = new Intl.PluralRules('en')
  const names = new Intl.DisplayNames('en', { type: 'language' })
  return {
    locale: 'en-GB',
    search: 'Search',
    searchFor: 'What are you looking for?',
    skip: 'Skip to content',
    menu: 'Menu',
    feed: 'RSS',
    inLanguage: (language) => ({ before: 'Also in', link: names.of(language) ?? language }),
    minutesInShort: (minutes) => `${minutes}\u00a0min`,
    minutes: (minutes) => plural(rules, minutes, { one: 'minute to read', other: 'minutes to read' }),
    updated: (date) => `Updated ${date}`,
    tags: 'Tags',
    related: 'Read next',
    newer: 'Newer',
    older: 'Older',
    olderArticles: 'Older articles',
    newerArticle: 'Next article',
    olderArticle: 'Previous article',
    pages: 'Pages',
    pageOf: (page, pages) => `Page ${page} of ${pages}`,
    articles: (count) => plural(rules, count, { one: 'article', other: 'articles' }),
    kinds: { tag: 'Tag', category: 'Section', author: 'Articles by' },
    found: (count, query) => `${plural(rules, count, { one: 'result', other: 'results' })} for “${query}”`,
    nothingFound: (query) => `Nothing found for “${query}”`,
    searchHint: 'Try fewer words, or a different one.',
    nothingYet: { title: 'Nothing here yet', text: 'The first article will appear here as soon as it is published.' },
    notFound: { title: 'There is no such page', text: 'The address may have changed, or it has a typing mistake.' },
    gone: { title: 'This page is gone', text: 'The editors have taken it down.' },
    tooMany: { title: 'Too many searches', text: 'Wait a moment and try again.' },
    unavailable: { title: 'This page does not answer right now', text: 'Try again in a moment.' },
    toHome: 'Back to the front page',
    mayHelp: 'You may like',
    table: 'Table',
    footer: 'Footer',
    photo: 'Photo:',
    print: 'Source:',
  }
}

export const wordsFor = (language: string): SiteWords =>
  /^pl\b/.test(language) ? polish() : { ...english(), ...(/^en\b/.test(language) ? {} : { locale: language }) }

/** `polski` → `Polski`: a language in its own words. */
export function ownName(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language', fallback: 'code' }).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}

/**
 * What the report of an import says, in Polish. Readers of files write their findings in English, with a code and the values
 * that the sentence names; the same code has its sentence here. Of several, the first is taken whose values are all there.
 */

export type ImportNote = { code: string; text: string; values?: Readonly<Record<string, string | number>> | undefined }

const polish: Readonly<Record<string, string | readonly string[]>> = {
  'absolute-path': 'Ścieżka prowadzi poza archiwum.',
  'bad-address': [
    'Plik z wiersza {line} nie ma adresu, spod którego można go pobrać: {file}',
    '{file}: spod tego adresu nie da się pobrać pliku.',
    'Adres nie nadaje się do pobrania.',
  ],
  'bad-name': 'Nazwa pliku jest pusta, za długa albo ma znaki sterujące.',
  'bad-status': ['Serwer odpowiedział kodem {status}.', 'Serwer nie wydał pliku.'],
  'blocked-address': 'Adres prowadzi do sieci prywatnej.',
  'blocks-kept-as-source':
    'Bloki, które WordPress tworzy dopiero przy wyświetlaniu, zostały zachowane jako źródło: {blocks}.',
  'body-not-valid': 'Tej treści nie da się przechować.',
  'body-too-large': 'Treść jest większa niż 2 MiB.',
  'caption-as-paragraph': ['Podpisy tabel i kodu stały się akapitami ({count}).', 'Podpis stał się akapitem.'],
  'caption-formatting': ['Podpisy straciły formatowanie, ich słowa zostały ({count}).', 'Podpis stracił formatowanie.'],
  'code-left-out': 'Kod wstrzyknięty do strony nie jest przenoszony.',
  'codes-differ': 'Bloków kodu w źródle: {source}, w przeniesionej treści: {taken}.',
  'comments-left-out': 'Komentarze nie są przenoszone ({count}).',
  'cover-missing': 'Okładki (załącznik {id}) nie ma w eksporcie.',
  doubled: 'Jest już inny plik o tej nazwie.',
  'edited-here': 'Tekst zmieniono tutaj po imporcie, więc pozostał bez zmian.',
  'empty-draft': 'Szkic, który otwarto, ale niczego w nim nie napisano.',
  'encoding-guessed': [
    '{file} nie jest w całości zapisany w UTF-8; bajtów odczytanych jako windows-1250: {count}.',
    'Plik nie jest zapisany w UTF-8; odczytano go jako windows-1250.',
  ],
  encrypted: 'Plik jest zaszyfrowany.',
  'fields-left-out': 'Pola wtyczki lub motywu nie są przenoszone: {fields}.',
  'file-missing': '{file}: tego pliku nie ma w imporcie.',
  'file-too-large': ['{file}: plik jest za duży.', 'Plik jest za duży.'],
  'for-members': 'Wpis był tylko dla części czytelników ({visibility}).',
  'front-matter-broken': ['Nagłówka nie da się odczytać, wiersz {line}: {reason}', 'Nagłówka nie da się odczytać.'],
  'front-matter-key-left-out': 'Klucz nagłówka „{key}” nie jest zachowywany.',
  'front-matter-not-closed': 'Nagłówek się zaczyna, ale nigdzie się nie kończy.',
  'front-matter-not-understood': 'Klucz nagłówka „{key}” jest niezrozumiały; został zachowany bez zmian.',
  'front-matter-too-large': 'Nagłówek jest za duży.',
  'gallery-incomplete': 'Zdjęć z galerii, których nie ma w eksporcie: {missing}.',
  'gallery-written-out': 'Galeria stała się zdjęciami, jedno po drugim (liczba: {count}).',
  'headings-differ': 'Nagłówków w źródle: {source}, w przeniesionej treści: {taken}.',
  'hidden-files': 'Pliki w ukrytych folderach nie są czytane ({count}): {files}.',
  'id-taken': 'Inna pozycja ma ten sam identyfikator: {first}.',
  'images-differ': 'Obrazów w źródle: {source}, w przeniesionej treści: {taken}.',
  'in-trash': 'Pozycja leżała w koszu.',
  'in-trash-here': 'Artykuł leży tutaj w koszu.',
  internal: 'Nie udało się tego zapisać.',
  'kept-as-source': '<{what}> nie ma odpowiednika w edytorze i został zachowany jako źródło ({count}).',
  'language-taken': 'Artykuł ma już wydanie w tym języku ({language}).',
  link: 'Dowiązanie, nie plik.',
  'links-differ': 'Odnośników w źródle: {source}, w przeniesionej treści: {taken}.',
  'list-cut': 'Wzięto pierwsze 100 z {count} ({what}).',
  'list-numbering': [
    'Listy straciły szczególną numerację, na przykład literową ({count}).',
    'Lista straciła szczególną numerację.',
  ],
  'newsletter-only': 'Wpis wysłano tylko pocztą.',
  'no-article': 'To nie jest artykuł.',
  'no-id': 'Pozycja nie ma identyfikatora.',
  'not-for-all': 'Tekst był ukryty przed czytelnikami ({by}), więc nie jest dla wszystkich także tutaj.',
  'not-found': 'Serwer o tej nazwie nie istnieje.',
  'other-file': '{file}: naraz czytany jest tylko jeden eksport.',
  'other-files': 'Pliki, które nie są Markdownem, nie są czytane ({count}): {files}.',
  'password-left-out': 'Tekst był chroniony hasłem; został przyjęty jako prywatny.',
  'path-outside': 'Ścieżka prowadzi poza archiwum.',
  'picture-too-large': ['{file}: obraz ma za dużo pikseli.', 'Obraz ma za dużo pikseli.'],
  'post-as-embed': [
    'Wpisy z innych serwisów stały się osadzeniami; ich słów nie zachowano ({count}).',
    'Wpis stał się osadzeniem.',
  ],
  'reset-after-send': 'Serwer zerwał połączenie.',
  'shortcode-kept': 'Kod [{name}] został zachowany jako źródło.',
  'site-address-unknown': 'Eksport pomija adres witryny; jej obrazy można wziąć tylko z archiwum, w którym leżą.',
  'slug-changed': 'Adres {from} był zajęty, tutaj to {to}.',
  'slug-taken': 'Nie znalazł się wolny adres.',
  'sticky-left-out': 'Wpis był przypięty na górze strony; to nie jest zachowywane.',
  'tables-differ': 'Tabel w źródle: {source}, w przeniesionej treści: {taken}.',
  'tags-left-out': 'Tagi wewnętrzne nie są przenoszone: {tags}.',
  'template-signs': 'W treści zostały znaki generatora stron albo notatnika: {names}.',
  'terms-left-out': 'Kategorie wtyczki lub motywu nie są przenoszone: {terms}.',
  'text-cut': 'Przycięto do {max} znaków: {what}.',
  'text-without-html': 'Wpis nie ma HTML-u, więc jego treści nie dało się przenieść.',
  'timed-out': 'Serwer odpowiadał za długo.',
  'title-from-heading': 'Pierwszy nagłówek stał się tytułem.',
  'title-from-name': 'Nie ma tytułu; powstał z nazwy pliku.',
  'title-repeated': 'Tekst zaczynał się od własnego tytułu; nie jest on powtarzany.',
  'too-crowded': 'Czytanie tekstu trwałoby za długo: pewna jego część ma zbyt wiele znaków Markdownu.',
  'too-large': 'To jest za duże.',
  'too-many-authors': 'Wzięto pierwszych autorów (limit: {limit}).',
  'too-many-categories': 'Wzięto pierwsze kategorie (limit: {limit}).',
  'too-many-files': 'Wzięto pierwsze pliki (limit: {limit}).',
  'too-many-permalinks': 'Wzięto pierwsze dawne adresy (limit: {limit}).',
  'too-many-redirects': 'Serwer odsyła z adresu na adres.',
  'too-many-tags': 'Wzięto pierwsze tagi (limit: {limit}).',
  unreachable: 'Serwer nie odpowiada.',
  'unknown-compression': 'Plik jest spakowany w sposób, który nie jest obsługiwany.',
  'unknown-status': 'Stan tej pozycji jest nieznany.',
  'unknown-type': 'To pozycja wtyczki lub motywu.',
  'unknown-version': 'Wersja eksportu jest nieznana; znane są od 1.0 do 1.2.',
  'unsupported-type': ['{file}: tego rodzaju plik nie jest przyjmowany.', 'Tego rodzaju plik nie jest przyjmowany.'],
  'words-differ':
    'Słowa się różnią: w źródle {source} znaków, w przeniesionej treści {taken}; pierwsza różnica przy „{around}”.',
  'zone-unknown': 'Godzina nie ma strefy; przyjęto UTC.',
}

/** Names of fields, where a sentence names one. */
const fields: Readonly<Record<string, string>> = {
  title: 'tytuł',
  lead: 'lead',
  tags: 'tagi',
  categories: 'kategorie',
  authors: 'autorzy',
  metaTitle: 'tytuł dla wyszukiwarek',
  metaDescription: 'opis dla wyszukiwarek',
}

/** A line of the report in the reader's language. */
export function importNoteText({ code, text, values = {} }: ImportNote, locale: 'pl' | 'en'): string {
  const sentences = locale === 'pl' ? (polish[code] ?? []) : []
  for (const sentence of typeof sentences === 'string' ? [sentences] : sentences) {
    const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    if (names.every((name) => values[name] !== undefined))
      return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = String(values[name])
        return code.endsWith('-cut') ? (fields[value] ?? value) : value
      })
  }
  return text
}

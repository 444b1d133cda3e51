/** What a person reads about a delivery that did not go out as planned, by code, in both languages. */

type Words = { en: string; pl: string }

const words: Readonly<Record<string, Words>> = {
  'receiver-error': {
    en: 'The receiver answered with an error ({detail}).',
    pl: 'Odbiorca odpowiedział błędem ({detail}).',
  },
  'receiver-refused': {
    en: 'The receiver refused the message ({detail}).',
    pl: 'Odbiorca odrzucił wiadomość ({detail}).',
  },
  'receiver-busy': {
    en: 'The receiver cannot take messages right now.',
    pl: 'Odbiorca chwilowo nie przyjmuje wiadomości.',
  },
  'rate-limited': { en: 'The receiver asked us to send less often.', pl: 'Odbiorca prosi o rzadsze wysyłanie.' },
  gone: {
    en: 'The receiver says this address is closed for good. Check the channel.',
    pl: 'Odbiorca zgłasza, że ten adres został zamknięty na stałe. Sprawdź kanał.',
  },
  redirected: {
    en: 'The address leads elsewhere ({detail}); messages do not follow. Enter the new address.',
    pl: 'Adres prowadzi gdzie indziej ({detail}), a wiadomości tam nie trafiają. Podaj nowy adres.',
  },
  'timed-out': {
    en: 'No answer came in time. Whether the message arrived is not known.',
    pl: 'Odpowiedź nie przyszła na czas. Nie wiadomo, czy wiadomość dotarła.',
  },
  'connection-lost': {
    en: 'The connection broke before the answer. Whether the message arrived is not known.',
    pl: 'Połączenie zerwało się przed odpowiedzią. Nie wiadomo, czy wiadomość dotarła.',
  },
  'bad-answer': {
    en: 'The answer could not be read. Whether the message arrived is not known.',
    pl: 'Odpowiedzi nie da się odczytać. Nie wiadomo, czy wiadomość dotarła.',
  },
  interrupted: {
    en: 'The sending was interrupted. Whether the message arrived is not known.',
    pl: 'Wysyłanie zostało przerwane. Nie wiadomo, czy wiadomość dotarła.',
  },
  'outcome-unknown': {
    en: 'It is not known whether the message arrived, and this network would take it twice. Look, then decide.',
    pl: 'Nie wiadomo, czy wiadomość dotarła, a ta sieć przyjęłaby ją dwa razy. Sprawdź i zdecyduj.',
  },
  unreachable: { en: 'The receiver could not be reached.', pl: 'Nie udało się połączyć z odbiorcą.' },
  'address-not-found': { en: 'There is no such host name.', pl: 'Nie ma takiej nazwy hosta.' },
  'tls-failed': {
    en: 'No secure connection could be made: {detail}.',
    pl: 'Nie udało się nawiązać bezpiecznego połączenia: {detail}.',
  },
  'blocked-address': {
    en: 'The address leads into a private network and is not allowed.',
    pl: 'Adres prowadzi do sieci prywatnej i jest niedozwolony.',
  },
  'bad-address': { en: 'The address cannot be used.', pl: 'Tego adresu nie da się użyć.' },
  'site-unavailable': { en: 'The site did not answer.', pl: 'Strona nie odpowiedziała.' },
  'site-error': { en: 'The site could not take it.', pl: 'Strona nie mogła tego przyjąć.' },
  'site-refused': { en: 'The site refused it ({detail}).', pl: 'Strona to odrzuciła ({detail}).' },
  'slug-taken': {
    en: 'Another page of the site has this address. Change the slug and publish again.',
    pl: 'Pod tym adresem jest już inna strona. Zmień adres i opublikuj ponownie.',
  },
  'snapshot-damaged': {
    en: 'The frozen text no longer matches its fingerprint and was not sent. Plan it again.',
    pl: 'Zamrożony tekst nie zgadza się ze swoim odciskiem i nie został wysłany. Zaplanuj ponownie.',
  },
  'secret-unreadable': {
    en: 'The signing secret of this channel cannot be opened with the key of this installation. Make a new one.',
    pl: 'Klucza podpisu tego kanału nie da się odczytać w tej instalacji. Utwórz nowy.',
  },
  'channel-paused': {
    en: 'The channel was paused when this was due.',
    pl: 'Kanał był wstrzymany, gdy nadszedł termin.',
  },
  'channel-attention': {
    en: 'The channel needed attention when this was due.',
    pl: 'Kanał wymagał uwagi, gdy nadszedł termin.',
  },
  'was-off': {
    en: 'Publishing was not running when this was due.',
    pl: 'Publikowanie nie działało, gdy nadszedł termin.',
  },
  'after-restore': {
    en: 'It was open when the data was restored. Check whether it went out, then send or cancel it.',
    pl: 'W chwili przywrócenia danych sprawa była otwarta. Sprawdź, czy wysyłka już wyszła, potem ją wyślij albo anuluj.',
  },
  'channel-removed': { en: 'The channel was removed.', pl: 'Kanał został usunięty.' },
  'article-trashed': { en: 'The article was put into the trash.', pl: 'Artykuł trafił do kosza.' },
  superseded: { en: 'A newer plan took its place.', pl: 'Zastąpił ją nowszy plan.' },
  internal: { en: 'Something went wrong on our side.', pl: 'Coś poszło nie tak po naszej stronie.' },
}

/** What stops a secure connection, by how the runtime says it. */
const tlsReasons: readonly (readonly [RegExp, Words])[] = [
  [/certificate has expired/i, { en: 'its certificate has expired', pl: 'certyfikat odbiorcy wygasł' }],
  [/not yet valid/i, { en: 'its certificate is not valid yet', pl: 'certyfikat odbiorcy jeszcze nie obowiązuje' }],
  [
    /does not match certificate/i,
    { en: 'its certificate is for another name', pl: 'certyfikat odbiorcy wystawiono na inną nazwę' },
  ],
  [
    /self[- ]signed|local issuer|first certificate/i,
    { en: 'nobody we know vouches for its certificate', pl: 'certyfikatu odbiorcy nie potwierdza nikt zaufany' },
  ],
  [
    /wrong version number|packet length|http request/i,
    { en: 'it does not speak TLS at this port', pl: 'odbiorca nie używa TLS na tym porcie' },
  ],
]
const tlsReason = (detail: string, locale: 'pl' | 'en'): string =>
  tlsReasons.find(([form]) => form.test(detail))?.[1][locale] ??
  // Of OpenSSL's own line only the reason is for people.
  (/:SSL routines:[^:]*:([^:]+)/.exec(detail)?.[1] ?? detail).trim()

export const problemCodes: readonly string[] = Object.keys(words)

/** @returns the text for a code; a code without words stands for itself */
export function problemText(code: string, detail: string | null, locale: 'pl' | 'en'): string {
  const shown = detail !== null && code === 'tls-failed' ? tlsReason(detail, locale) : (detail ?? '–')
  return (words[code]?.[locale] ?? code).replaceAll('{detail}', () => shown)
}

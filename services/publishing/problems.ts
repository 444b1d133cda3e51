/** What a person reads about a delivery that did not go out as planned, by code, in both languages. */

type Words = { en: string; pl: string }

const words: Readonly<Record<string, Words>> = {
  'not-approved': {
    en: 'Nobody approved it in time. Ask for approval, then send it.',
    pl: 'Nikt tego nie zaakceptował na czas. Poproś o akceptację, a potem wyślij.',
  },
  'approval-mismatch': {
    en: 'What was to go out is not what was approved, so it was stopped. Freeze it anew and ask for approval.',
    pl: 'To, co miało wyjść, nie jest tym, co zaakceptowano, więc zostało zatrzymane. Zamroź tekst od nowa i poproś o akceptację.',
  },
  'approval-window': {
    en: 'It was approved for another time. Ask for approval again.',
    pl: 'Zaakceptowano to na inny czas. Poproś o akceptację ponownie.',
  },
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
  'rate-budget': {
    en: 'The network lets this account post only so often. It goes out as soon as there is room.',
    pl: 'Sieć pozwala temu kontu publikować tylko co jakiś czas. Wyślemy to, gdy tylko znów będzie można.',
  },
  'comment-not-allowed': {
    en: 'The post is out, but the account may not comment there ({detail}). Connect the channel again and agree to comments, or leave it.',
    pl: 'Wpis jest opublikowany, ale to konto nie może tam komentować ({detail}). Połącz kanał ponownie i zgódź się na komentarze albo tak to zostaw.',
  },
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
  'token-refused': {
    en: 'The network no longer accepts our key. Connect the channel again.',
    pl: 'Sieć nie przyjmuje już naszego klucza. Połącz kanał ponownie.',
  },
  'key-refused': {
    en: 'The network does not accept this key or name. Check what you typed.',
    pl: 'Sieć nie przyjmuje tego klucza lub nazwy. Sprawdź wpisane dane.',
  },
  'token-expired': {
    en: 'The key had run out and is being renewed.',
    pl: 'Klucz wygasł i jest odnawiany.',
  },
  quota: {
    en: 'The account’s allowance with the network is used up ({detail}).',
    pl: 'Limit konta w tej sieci jest wyczerpany ({detail}).',
  },
  'not-allowed-there': {
    en: 'The account may not post there ({detail}). Check its rights, then connect the channel again.',
    pl: 'To konto nie może tam publikować ({detail}). Sprawdź uprawnienia i połącz kanał ponownie.',
  },
  'account-not-found': {
    en: 'There is no such account, site or room.',
    pl: 'Nie ma takiego konta, strony ani pokoju.',
  },
  'blocked-page': {
    en: 'Something in front of the network answered with a page of its own.',
    pl: 'Zamiast sieci odpowiedziała strona zapory przed nią.',
  },
  'not-listed-yet': {
    en: 'It may have arrived: the answer was lost and the network does not list it yet. We look again.',
    pl: 'Być może dotarło: odpowiedź zaginęła, a sieć jeszcze tego nie pokazuje. Sprawdzimy ponownie.',
  },
  duplicate: {
    en: 'The network says it has the same text already ({detail}).',
    pl: 'Sieć odpowiada, że ma już taki sam tekst ({detail}).',
  },
  'cannot-change': {
    en: 'This network does not let a published post be changed. Take it down and publish again.',
    pl: 'Ta sieć nie pozwala zmieniać opublikowanych wpisów. Usuń wpis i opublikuj ponownie.',
  },
  'cannot-remove': {
    en: 'This network does not let us take a post down. Do it there by hand.',
    pl: 'Ta sieć nie pozwala nam usunąć wpisu. Usuń go tam ręcznie.',
  },
  'cannot-find': {
    en: 'We do not know where the post is there, so it must be changed or taken down by hand.',
    pl: 'Nie wiemy, gdzie jest ten wpis, więc trzeba go zmienić lub usunąć ręcznie.',
  },
  'bad-mail-address': { en: '“{detail}” is not an e-mail address.', pl: '„{detail}” nie jest adresem e-mail.' },
  'bad-sender-name': { en: 'The sender needs a name.', pl: 'Nadawca musi mieć nazwę.' },
  'bad-language': { en: 'The language is pl or en.', pl: 'Język to pl albo en.' },
  'bad-imprint': {
    en: 'Readers must see who writes to them: give a name and an address.',
    pl: 'Czytelnicy muszą wiedzieć, kto do nich pisze: podaj nazwę i adres.',
  },
  'bad-mail-server': {
    en: 'A mail server has the form smtp://user:password@host:587 or smtps://…',
    pl: 'Serwer poczty ma postać smtp://user:hasło@host:587 albo smtps://…',
  },
  'mail-not-set-up': {
    en: 'There is no mail server: give one, or ask whoever runs this installation for it.',
    pl: 'Nie ma serwera poczty: podaj własny albo poproś o niego osobę, która prowadzi tę instalację.',
  },
  'mail-server-refuses': {
    en: 'The mail server takes nothing from us ({detail}).',
    pl: 'Serwer poczty nic od nas nie przyjmuje ({detail}).',
  },
  'mail-line-lost': {
    en: 'The mail server closes the connection again and again. Whoever has the issue does not get it twice.',
    pl: 'Serwer poczty raz po raz zrywa połączenie. Kto ma już to wydanie, nie dostanie go drugi raz.',
  },
  'sender-refused': {
    en: 'The mail server does not accept this sender ({detail}). Change it, or the server.',
    pl: 'Serwer poczty nie przyjmuje tego nadawcy ({detail}). Zmień nadawcę albo serwer.',
  },
  'no-subscribers': {
    en: 'Nobody has confirmed a subscription yet, so there is nobody to send it to.',
    pl: 'Nikt jeszcze nie potwierdził zapisu, więc nie ma do kogo wysłać.',
  },
  'nobody-took-it': {
    en: 'The mail server refused the letter for every reader. Read its answers below, then try again.',
    pl: 'Serwer poczty odrzucił list do każdego czytelnika. Przeczytaj jego odpowiedzi poniżej i spróbuj ponownie.',
  },
  'sending-on': { en: 'It is going out: {detail} have it.', pl: 'Wysyłka trwa: {detail} już wysłano.' },
  'no-mailbox': { en: 'There is no such mailbox.', pl: 'Nie ma takiej skrzynki.' },
  'mailbox-full': { en: 'The mailbox is full.', pl: 'Skrzynka jest pełna.' },
  'mail-refused': { en: 'The mail server refused the letter.', pl: 'Serwer poczty odrzucił list.' },
  'not-now': { en: 'The mail server did not take it yet.', pl: 'Serwer poczty jeszcze go nie przyjął.' },
  'gave-up': { en: 'The mail server never took it.', pl: 'Serwer poczty nigdy go nie przyjął.' },
  'no-subscriber': { en: 'They left before it was sent.', pl: 'Wypisano się, zanim list wyszedł.' },
  stopped: { en: 'The issue was stopped before.', pl: 'Wcześniej zatrzymano wysyłkę.' },
  left: {
    en: 'Nobody knows whether they have it; you left it at that.',
    pl: 'Nie wiadomo, czy dotarł; tak zostawiono.',
  },
  'sent-again': {
    en: 'It was sent again, and no answer came.',
    pl: 'Wysłano ponownie i nie przyszła odpowiedź.',
  },
  bounced: { en: 'The letter came back.', pl: 'List wrócił.' },
  complained: { en: 'They reported the letter as unwanted.', pl: 'List zgłoszono jako niechciany.' },
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

/** The same for an account that is only being connected: nothing has worked before. */
export const connectProblemOf = (code: string): string => (code === 'token-refused' ? 'key-refused' : code)

/** @returns the text for a code; a code without words stands for itself */
export function problemText(code: string, detail: string | null, locale: 'pl' | 'en'): string {
  const shown = detail !== null && code === 'tls-failed' ? tlsReason(detail, locale) : (detail ?? '–')
  return (words[code]?.[locale] ?? code).replaceAll('{detail}', () => shown)
}

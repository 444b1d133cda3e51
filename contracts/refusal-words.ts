/**
 * What a person reads when something is refused, by code, in both languages. `{name}` is filled from the refusal's data.
 * The border puts it into `message`; `docs/failures.md` is made from it.
 */

import { unreadableValues } from './unreadable-words.ts'

type Words = { en: string; pl: string }

export const refusalWords: Readonly<Record<string, Words>> = {
  'invalid-input': {
    en: 'Something in the data is not right. Check the marked fields.',
    pl: 'Coś w danych się nie zgadza. Sprawdź zaznaczone pola.',
  },
  'not-signed-in': { en: 'Sign in to continue.', pl: 'Zaloguj się, aby kontynuować.' },
  'not-allowed': { en: 'Your role does not allow this.', pl: 'Twoja rola na to nie pozwala.' },
  'not-found': {
    en: 'This does not exist, or it is not yours to see.',
    pl: 'To nie istnieje albo nie masz do tego dostępu.',
  },
  'too-large': { en: 'This is too large.', pl: 'To jest za duże.' },
  'too-many-requests': {
    en: 'Too many requests. Try again in {retryAfterSeconds} s.',
    pl: 'Za dużo żądań. Spróbuj ponownie za {retryAfterSeconds} s.',
  },
  unavailable: {
    en: 'This part does not answer right now. Nothing was lost; try again in a moment.',
    pl: 'Ta część chwilowo nie odpowiada. Nic nie przepadło, spróbuj za chwilę.',
  },
  'storage-full': {
    en: 'There is no room left on the server. Nothing was kept of this; make room, then try again.',
    pl: 'Na serwerze brakuje miejsca. Nic z tego nie zostało zapisane; zwolnij miejsce i spróbuj ponownie.',
  },
  internal: {
    en: 'Something went wrong on our side. Request {requestId}.',
    pl: 'Coś poszło nie tak po naszej stronie. Żądanie {requestId}.',
  },
  'foreign-origin': { en: 'This request came from another site.', pl: 'To żądanie przyszło z innej strony.' },
  'unknown-host': { en: 'This server does not know that host name.', pl: 'Ten serwer nie zna takiej nazwy hosta.' },
  'unsupported-media-type': { en: 'Send JSON, or a form for uploads.', pl: 'Wyślij JSON, a pliki formularzem.' },
  'idempotency-mismatch': {
    en: 'This Idempotency-Key was used with another request.',
    pl: 'Tego Idempotency-Key użyto już z innym żądaniem.',
  },
  'idempotency-in-progress': {
    en: 'The first request with this Idempotency-Key is still running.',
    pl: 'Pierwsze żądanie z tym Idempotency-Key jeszcze trwa.',
  },
  'method-not-allowed': { en: 'This address does not answer that method.', pl: 'Ten adres nie obsługuje tej metody.' },

  'setup-done': { en: 'This installation has an owner already.', pl: 'Ta instalacja ma już właściciela.' },
  'wrong-code': {
    en: 'The code does not match the one printed at start.',
    pl: 'Kod różni się od tego, który pojawił się przy starcie.',
  },
  'too-many-comments': {
    en: 'There are {max} comments here already. Resolve some, or start elsewhere.',
    pl: 'Komentarzy jest tu już {max}. Zamknij część z nich albo zacznij w innym miejscu.',
  },
  'quote-not-found': {
    en: 'These words are not in the text any more.',
    pl: 'Tych słów nie ma już w tekście.',
  },
  'slug-taken': { en: 'This address is taken.', pl: 'Ten adres jest zajęty.' },
  'wrong-credentials': { en: 'E-mail or password is not right.', pl: 'E-mail lub hasło się nie zgadza.' },
  locked: {
    en: 'Too many attempts. Try again in {retryAfterSeconds} s.',
    pl: 'Za dużo prób. Spróbuj ponownie za {retryAfterSeconds} s.',
  },
  'link-expired': {
    en: 'This link was used or is out of date. Ask for a new one.',
    pl: 'Ten link został już użyty albo wygasł. Poproś o nowy.',
  },
  'link-spent': {
    en: 'This link has served: the decision was made with it.',
    pl: 'Ten link spełnił już swoje zadanie: decyzja zapadła.',
  },
  'not-confirmed': { en: 'Type the name of the address to confirm.', pl: 'Wpisz nazwę adresu, aby potwierdzić.' },
  'last-owner': {
    en: 'A workspace keeps at least one owner.',
    pl: 'Przestrzeń musi mieć co najmniej jednego właściciela.',
  },
  'already-member': { en: 'This person is a member already.', pl: 'Ta osoba już jest w zespole.' },

  'stale-revision': {
    en: 'Someone saved in the meantime. Your text is still here; compare and decide.',
    pl: 'Ktoś zapisał w międzyczasie. Twój tekst nie zginął, porównaj i zdecyduj.',
  },
  'still-published': {
    en: 'It is still published. Take it down first.',
    pl: 'To wciąż jest opublikowane. Najpierw zdejmij publikację.',
  },
  'in-trash': {
    en: 'It is in the trash. Bring it back first.',
    pl: 'To jest w koszu. Najpierw to przywróć.',
  },
  'not-in-trash': {
    en: 'Only what is in the trash can be deleted for good.',
    pl: 'Na zawsze można usunąć tylko to, co jest w koszu.',
  },
  'language-taken': {
    en: 'This article has an edition in that language.',
    pl: 'Ten artykuł ma już wydanie w tym języku.',
  },
  'connection-refused': {
    en: 'The network did not let us in: {text}',
    pl: 'Sieć nas nie wpuściła: {text}',
  },
  'account-taken': {
    en: 'This account is connected already.',
    pl: 'To konto jest już połączone.',
  },
  'other-account': {
    en: 'This is another account ({account}).',
    pl: 'To inne konto ({account}).',
  },
  'post-does-not-fit': {
    en: 'The post does not fit this network.',
    pl: 'Wpis nie mieści się w tej sieci.',
  },
  'not-a-post': {
    en: 'This channel takes whole articles, not posts.',
    pl: 'Ten kanał przyjmuje całe artykuły, nie wpisy.',
  },
  'network-not-set-up': {
    en: 'This network is not set up here.',
    pl: 'Ta sieć nie jest tu skonfigurowana.',
  },
  'connection-expired': {
    en: 'This connection was not finished in time, or somebody else began it.',
    pl: 'Tego połączenia nie dokończono na czas albo rozpoczął je ktoś inny.',
  },
  'name-taken': { en: 'This name is taken.', pl: 'Ta nazwa jest zajęta.' },
  'unsupported-type': {
    en: 'This kind of file is not supported ({found}).',
    pl: 'Ten rodzaj pliku nie jest obsługiwany ({found}).',
  },
  'picture-too-large': {
    en: 'The picture has too many pixels; the limit is {megapixelsMax} megapixels.',
    pl: 'Obraz ma za dużo pikseli; limit to {megapixelsMax} Mpx.',
  },
  'still-used': { en: 'An article still uses this file.', pl: 'Ten plik jest używany w artykule.' },
  'unreadable-file': {
    en: 'The file cannot be read: {place}: {reason}',
    pl: 'Nie da się odczytać pliku: {place}: {reason}',
  },
  'nothing-to-publish': {
    en: 'There is nothing to publish yet: give it a title and some text.',
    pl: 'Nie ma jeszcze czego publikować: dodaj tytuł i treść.',
  },

  'blocked-address': {
    en: 'This address leads into a private network and is not allowed.',
    pl: 'Ten adres prowadzi do sieci prywatnej i jest niedozwolony.',
  },
  'no-secret': { en: 'This channel has no signing secret.', pl: 'Ten kanał nie ma klucza podpisu.' },
  'built-in': {
    en: 'The built-in site cannot be removed; pause it instead.',
    pl: 'Wbudowanej strony nie można usunąć; można ją wstrzymać.',
  },
  'time-does-not-exist': {
    en: 'This time does not exist in {zone}: the clocks move forward. Choose the earlier or the later one.',
    pl: 'Ta godzina nie istnieje w strefie {zone}: zegary przesuwa się do przodu. Wybierz wcześniejszą albo późniejszą.',
  },
  'time-exists-twice': {
    en: 'This time comes twice in {zone}: the clocks move back. Choose the earlier or the later one.',
    pl: 'Ta godzina wypada dwa razy w strefie {zone}: zegary przesuwa się do tyłu. Wybierz wcześniejszą albo późniejszą.',
  },
  'time-in-past': { en: 'This time has passed.', pl: 'Ten czas już minął.' },
  'wrong-state': {
    en: 'This is no longer possible: the delivery is now “{state}”.',
    pl: 'Tego już nie można zrobić: wysyłka ma stan „{state}”.',
  },
  'channel-not-ready': {
    en: 'The channel is paused or needs attention.',
    pl: 'Kanał jest wstrzymany albo wymaga uwagi.',
  },
  'approval-off': {
    en: 'Approvals are switched off in this workspace.',
    pl: 'W tej przestrzeni akceptacje są wyłączone.',
  },
  'already-asked': {
    en: 'Approval of this was asked for already.',
    pl: 'O akceptację już poproszono.',
  },
  'unknown-approver': {
    en: 'One of the approvers is not registered here.',
    pl: 'Ktoś z akceptujących nie jest tu zarejestrowany.',
  },
  'mail-not-set-up': {
    en: 'There is no mail server, so no link can reach an approver.',
    pl: 'Nie ma serwera poczty, więc link nie dotrze do akceptującego.',
  },
  'wrong-window': {
    en: 'The plan does not lie in that span of time.',
    pl: 'Plan nie mieści się w tym przedziale czasu.',
  },
  'steps-missing': {
    en: 'An approval in steps needs at least one step.',
    pl: 'Akceptacja w krokach wymaga choć jednego kroku.',
  },
  'email-taken': {
    en: 'Someone with this e-mail is registered already.',
    pl: 'Ktoś z tym adresem e-mail jest już zarejestrowany.',
  },
  'too-many-approvers': {
    en: 'There are as many approvers as a workspace may have.',
    pl: 'Jest już tylu akceptujących, ilu może mieć przestrzeń.',
  },
  'approval-closed': {
    en: 'This approval is not open any more.',
    pl: 'Ta akceptacja nie jest już otwarta.',
  },
  'approval-changed': {
    en: 'What is to be approved has changed since you looked.',
    pl: 'To, co ma być zaakceptowane, zmieniło się, odkąd na to patrzysz.',
  },
  'comment-missing': {
    en: 'Say what should change.',
    pl: 'Napisz, co ma się zmienić.',
  },
  'may-not-decide': {
    en: 'You are not the one who decides here.',
    pl: 'To nie Ty tu decydujesz.',
  },
  'needs-approval': {
    en: 'This needs an approval before it goes out.',
    pl: 'To wymaga akceptacji, zanim wyjdzie.',
  },
  embargoed: {
    en: 'This article is under embargo: it must not go out before {wallTime} ({zone}).',
    pl: 'Ten artykuł jest objęty embargiem: nie może wyjść przed {wallTime} ({zone}).',
  },
  blackout: {
    en: 'Nothing is planned in this span of time: {name}.',
    pl: 'W tym czasie nic nie jest planowane: {name}.',
  },
  'no-free-slot': {
    en: 'This channel has no free slot in the coming year.',
    pl: 'Ten kanał nie ma wolnego miejsca w nadchodzącym roku.',
  },
  'times-unclear': {
    en: 'The clocks are changed at one of these hours: on some days it comes twice or never.',
    pl: 'O jednej z tych godzin zmienia się czas: w niektóre dni wypada ona dwa razy albo wcale.',
  },
  'planned-before-embargo': {
    en: 'There are plans that stand before the embargo.',
    pl: 'Są plany sprzed końca embarga.',
  },
  'no-occurrence': {
    en: 'No day is left on which this series would go out.',
    pl: 'Nie zostaje żaden dzień, w którym ten cykl by wyszedł.',
  },
  'not-repeatable': {
    en: 'This channel carries whole pages, which are not said again and again.',
    pl: 'Ten kanał publikuje całe strony, a tych nie powtarza się cyklicznie.',
  },
  'series-over': {
    en: 'This series has ended.',
    pl: 'Ten cykl jest zakończony.',
  },
  'too-many-series': {
    en: 'There are as many series as a workspace may have.',
    pl: 'Jest już tyle cykli, ile może mieć przestrzeń.',
  },
  'too-many-campaigns': {
    en: 'There are as many campaigns as a workspace may have.',
    pl: 'Jest już tyle kampanii, ile może mieć przestrzeń.',
  },
  'too-many-views': {
    en: 'You have as many saved views as one person may have.',
    pl: 'Masz już tyle zapisanych widoków, ile może mieć jedna osoba.',
  },
  'too-many-links': {
    en: 'There are as many links as a workspace may have.',
    pl: 'Jest już tyle linków, ile może mieć przestrzeń.',
  },
  'file-unreadable': {
    en: 'This is not a table that can be read (line {line}).',
    pl: 'To nie jest tabela, którą da się odczytać (wiersz {line}).',
  },
  'column-missing': {
    en: 'No column is named for: {field}.',
    pl: 'Żadna kolumna nie jest wskazana jako: {field}.',
  },
  'too-many-rows': {
    en: 'The file has more than {max} rows.',
    pl: 'Plik ma ponad {max} wierszy.',
  },
  'too-many-imports': {
    en: '{max} imports are running already.',
    pl: 'Trwa już {max} importów.',
  },
  'already-planned': {
    en: 'This edition is planned on this channel already.',
    pl: 'To wydanie jest już zaplanowane w tym kanale.',
  },
  'already-published': {
    en: 'This very text is published on this channel already.',
    pl: 'Dokładnie ten tekst jest już opublikowany w tym kanale.',
  },
  'checklist-open': {
    en: 'The checklist has something that is not done.',
    pl: 'Na liście kontrolnej coś nie jest jeszcze zrobione.',
  },
  'stale-checklist': {
    en: 'Somebody has changed the checklist meanwhile.',
    pl: 'Ktoś tymczasem zmienił listę kontrolną.',
  },
  'wrong-checklist': {
    en: 'An item of the checklist is there twice, or asks nothing.',
    pl: 'Jakaś pozycja listy kontrolnej jest tam dwa razy albo o nic nie pyta.',
  },
  'not-asked': {
    en: 'This is looked at by itself; nobody can tick it.',
    pl: 'To sprawdza się samo; nie można tego odhaczyć.',
  },
  'cannot-take-down': {
    en: 'What went out there cannot be taken back.',
    pl: 'Tego, co tam wyszło, nie da się cofnąć.',
  },
  'not-published': {
    en: 'This edition is not published on that channel.',
    pl: 'To wydanie nie jest opublikowane w tym kanale.',
  },

  'too-many-plans': {
    en: 'There are {max} plans already; that is the limit of a workspace.',
    pl: 'Jest już {max} zaplanowanych wysyłek, to limit przestrzeni.',
  },
  'too-many-channels': {
    en: 'There are {max} channels already; that is the limit of a workspace.',
    pl: 'Liczba kanałów doszła do {max}, to limit przestrzeni.',
  },

  'not-a-newsletter': { en: 'This channel is not a newsletter.', pl: 'Ten kanał nie jest newsletterem.' },
  'already-subscribed': { en: 'This address reads it already.', pl: 'Ten adres już jest zapisany.' },
  'has-left': {
    en: 'This address left or was erased. Only its owner can come back.',
    pl: 'Ten adres został wypisany albo usunięty. Wrócić może tylko jego właściciel.',
  },
  'too-many-subscribers': {
    en: 'A newsletter has at most {max} subscribers.',
    pl: 'Newsletter może mieć najwyżej {max} zapisanych adresów.',
  },
  'recipient-settled': {
    en: 'It is known already what became of this letter.',
    pl: 'Wiadomo już, co stało się z tym listem.',
  },
  'mail-refused': {
    en: 'The mail server did not take the letter: {text}',
    pl: 'Serwer poczty nie przyjął listu: {text}',
  },

  'host-taken': { en: 'Another site uses this host.', pl: 'Tego hosta używa inna strona.' },
  'path-in-use': { en: 'A page stands at this address.', pl: 'Pod tym adresem jest już strona.' },
  'range-too-long': { en: 'Choose at most 400 days.', pl: 'Wybierz najwyżej 400 dni.' },
}

/** @returns the text for a code; a code without words is a mistake that a test finds, so the code itself stands in. */
export function refusalText(code: string, locale: 'pl' | 'en', data?: unknown): string {
  const words = refusalWords[code]
  if (!words) return code
  const given = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {}
  const values = code === 'unreadable-file' ? unreadableValues(given, locale) : given
  return words[locale].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '–'))
}

/** Notifications in words, for letters and webhooks; the app has its own, in `web/words/<language>/notifications.json`. */
import type { Network } from '@floowe/contracts/networks'
import type { NotificationData, NotificationKind } from '@floowe/contracts/notifications'
import { momentInLetter as moment } from '@floowe/platform'
import type { Locale } from '../letters.ts'

/** As it lies in its row. */
export type Told = { kind: NotificationKind; data: object }
export type Reader = { locale: Locale; zone: string }

type Lines<Kind extends NotificationKind> = {
  headline: (data: NotificationData<Kind>, reader: Reader) => string
  /** Null: the headline says it all. */
  details?: (data: NotificationData<Kind>, reader: Reader) => string | null
  /** How many of these, as a part of a subject; in Polish for one, a few (2–4), many. */
  count: Readonly<Record<Locale, readonly string[]>>
  /** Below the address of the workspace. */
  path: (data: NotificationData<Kind>) => string
}

const networks: Readonly<Record<Network, string>> = {
  'floowe-site': 'Floowe Site',
  webhook: 'webhook',
  feed: 'RSS',
  newsletter: 'newsletter',
  bluesky: 'Bluesky',
  mastodon: 'Mastodon',
  wordpress: 'WordPress',
  ghost: 'Ghost',
  devto: 'Dev.to',
  telegram: 'Telegram',
  discord: 'Discord',
  slack: 'Slack',
  x: 'X',
  linkedin: 'LinkedIn',
  facebook: 'Facebook',
}

const either = ({ locale }: Reader, pl: string, en: string): string => (locale === 'pl' ? pl : en)
const quoted = (title: string, reader: Reader): string =>
  title === '' ? either(reader, 'Bez tytułu', 'Untitled') : either(reader, `„${title}”`, `“${title}”`)
const sentences = (...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' ')

const aboutDelivery = { path: ({ deliveryId }: { deliveryId: string }) => `/deliveries/${deliveryId}` }
const aboutApproval = { path: ({ approvalId }: { approvalId: string }) => `/approvals/${approvalId}` }

const lines: { [Kind in NotificationKind]: Lines<Kind> } = {
  'to-approve': {
    ...aboutApproval,
    headline: ({ title, channelName }, reader) =>
      `${either(reader, 'Do akceptacji', 'To approve')}: ${quoted(title, reader)} (${channelName})`,
    details: ({ byName, stepName, dueAt, message }, reader) => {
      const due = moment(dueAt, reader.zone, reader.locale)
      return sentences(
        byName && either(reader, `Prosi ${byName}.`, `${byName} asks.`),
        stepName && either(reader, `Etap: ${stepName}.`, `Step: ${stepName}.`),
        either(reader, `Termin publikacji: ${due}.`, `Due to go out: ${due}.`),
        message,
      )
    },
    count: {
      pl: ['publikacja do akceptacji', 'publikacje do akceptacji', 'publikacji do akceptacji'],
      en: ['publication to approve', 'publications to approve'],
    },
  },
  decided: {
    ...aboutApproval,
    headline: ({ title, channelName, outcome }, reader) => {
      const what = {
        approved: either(reader, 'Zaakceptowane', 'Approved'),
        'changes-requested': either(reader, 'Do poprawy', 'Changes requested'),
        void: either(reader, 'Akceptacja straciła ważność', 'No longer approved'),
      }[outcome]
      return `${what}: ${quoted(title, reader)} (${channelName})`
    },
    details: ({ byName, outcome, comment }, reader) =>
      outcome === 'void'
        ? either(
            reader,
            'Po wysłaniu prośby coś się w tej publikacji zmieniło. Poproś o akceptację ponownie.',
            'Something in it has changed since you asked. Ask for approval again.',
          )
        : sentences(byName && either(reader, `Decyzja: ${byName}.`, `Decided by ${byName}.`), comment),
    count: {
      pl: ['decyzja w sprawie akceptacji', 'decyzje w sprawie akceptacji', 'decyzji w sprawie akceptacji'],
      en: ['decision on an approval', 'decisions on approvals'],
    },
  },
  failed: {
    ...aboutDelivery,
    headline: ({ title, network }, reader) =>
      `${either(reader, 'Wysyłka nieudana', 'Delivery failed')}: ${quoted(title, reader)} (${networks[network]})`,
    details: (_, reader) =>
      either(
        reader,
        'Na stronie wysyłki widać dlaczego. Stamtąd możesz spróbować ponownie.',
        'Its page says why. Try again from there.',
      ),
    count: {
      pl: ['nieudana wysyłka', 'nieudane wysyłki', 'nieudanych wysyłek'],
      en: ['failed delivery', 'failed deliveries'],
    },
  },
  'needs-human': {
    ...aboutDelivery,
    headline: ({ title, network }, reader) =>
      `${either(reader, 'Sprawdź, czy wyszło', 'Look whether it went out')}: ${quoted(title, reader)} (${networks[network]})`,
    details: (_, reader) =>
      either(
        reader,
        'Odpowiedź sieci zaginęła. Zajrzyj tam i powiedz, co widzisz; do tego czasu nic nie wyślemy.',
        'The network’s answer was lost. Look there and say what you see; until then nothing is sent.',
      ),
    count: {
      pl: ['wysyłka do sprawdzenia', 'wysyłki do sprawdzenia', 'wysyłek do sprawdzenia'],
      en: ['delivery to look at', 'deliveries to look at'],
    },
  },
  gone: {
    ...aboutDelivery,
    headline: ({ title, network }, reader) =>
      `${either(reader, 'Zniknęło z sieci', 'Not there any more')}: ${quoted(title, reader)} (${networks[network]})`,
    details: (_, reader) =>
      either(
        reader,
        'Sieć to przyjęła, ale już tego nie ma: ktoś to usunął albo zrobiła to sama sieć. Zajrzyj tam i zdecyduj, co dalej.',
        'The network accepted it and does not have it any more: somebody took it down, or the network did. Look there and decide.',
      ),
    count: {
      pl: ['wysyłka, która zniknęła', 'wysyłki, które zniknęły', 'wysyłek, które zniknęły'],
      en: ['delivery that is gone', 'deliveries that are gone'],
    },
  },
  missed: {
    ...aboutDelivery,
    headline: ({ title, network }, reader) =>
      `${either(reader, 'Wysyłka pominięta', 'Delivery missed')}: ${quoted(title, reader)} (${networks[network]})`,
    details: (_, reader) =>
      either(
        reader,
        'Termin minął, a wysyłka nie wyszła. Wyślij z opóźnieniem albo anuluj.',
        'Its time passed and it did not go out. Send it late, or cancel it.',
      ),
    count: {
      pl: ['pominięta wysyłka', 'pominięte wysyłki', 'pominiętych wysyłek'],
      en: ['missed delivery', 'missed deliveries'],
    },
  },
  connection: {
    path: () => '/channels',
    headline: ({ name, network, problem }, reader) =>
      `${
        problem === 'attention'
          ? either(reader, 'Kanał wymaga uwagi', 'A channel needs attention')
          : either(reader, 'Połączenie kanału wygasa', 'A connection is about to end')
      }: ${name} (${networks[network]})`,
    details: ({ problem, endsAt }, reader) => {
      if (problem === 'attention' || endsAt === null)
        return either(
          reader,
          'Sieć nas nie wpuszcza. Dopóki nie połączysz kanału ponownie, nic tam nie wyjdzie.',
          'The network does not let us in. Until you connect it again, nothing goes out there.',
        )
      const end = moment(endsAt, reader.zone, reader.locale)
      return either(reader, `Połącz ponownie przed: ${end}.`, `Connect it again before ${end}.`)
    },
    count: {
      pl: ['kanał do sprawdzenia', 'kanały do sprawdzenia', 'kanałów do sprawdzenia'],
      en: ['channel to look at', 'channels to look at'],
    },
  },
  mentioned: {
    path: ({ articleId, language, threadId }) => `/content/${articleId}/${language}#${threadId}`,
    headline: ({ title, byName }, reader) =>
      byName
        ? either(
            reader,
            `${byName} wspomina o Tobie: ${quoted(title, reader)}`,
            `${byName} mentioned you: ${quoted(title, reader)}`,
          )
        : either(
            reader,
            `Wspomniano o Tobie: ${quoted(title, reader)}`,
            `You were mentioned: ${quoted(title, reader)}`,
          ),
    details: ({ text }) => text,
    count: {
      pl: ['wzmianka o Tobie', 'wzmianki o Tobie', 'wzmianek o Tobie'],
      en: ['mention of you', 'mentions of you'],
    },
  },
  'webhook-off': {
    path: () => '/account#notifications',
    headline: (_, reader) =>
      either(reader, 'Twój webhook powiadomień został wyłączony', 'Your webhook for notifications was switched off'),
    count: {
      pl: ['wyłączony webhook', 'wyłączone webhooki', 'wyłączonych webhooków'],
      en: ['webhook off', 'webhooks off'],
    },
  },
}

const linesOf = (kind: NotificationKind): Lines<NotificationKind> => lines[kind] as Lines<NotificationKind> // asked below with the data of its own kind

/** One sentence that says what happened. */
export const headline = ({ kind, data }: Told, reader: Reader): string => linesOf(kind).headline(data as never, reader)
export const details = ({ kind, data }: Told, reader: Reader): string | null =>
  linesOf(kind).details?.(data as never, reader) || null
/** @param workspace its address, without a slash at the end */
export const addressOf = ({ kind, data }: Told, workspace: string): string =>
  `${workspace}${linesOf(kind).path(data as never)}`

const polish = new Intl.PluralRules('pl')
const polishForms: Readonly<Record<string, number>> = { one: 0, few: 1, many: 2, other: 2 }

/** `5 wysyłek`, `5 deliveries`. Polish forms: one, few, many. */
export function counted(n: number, forms: Readonly<Record<Locale, readonly string[]>>, locale: Locale): string {
  const place = locale === 'pl' ? (polishForms[polish.select(n)] ?? 2) : n === 1 ? 0 : 1
  return `${n} ${forms[locale][place] ?? ''}`
}

export const countedKind = (kind: NotificationKind, n: number, locale: Locale): string =>
  counted(n, linesOf(kind).count, locale)

const more = { pl: ['powiadomienie', 'powiadomienia', 'powiadomień'], en: ['more', 'more'] } as const
export const countedMore = (n: number, locale: Locale): string =>
  `${locale === 'pl' ? 'I jeszcze' : 'And'} ${counted(n, more, locale)}.`

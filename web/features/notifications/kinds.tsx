/** Each kind of notification: its icon and colour, its word, what it is about, what to do, and where it leads. */
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconAt,
  IconCircleCheck,
  IconCircleDashed,
  IconHelpCircle,
  IconHourglass,
  IconEye,
  IconEyeOff,
  IconWebhook,
  IconX,
  IconFileOff,
  type Icon,
} from '@tabler/icons-react'
import type { Network } from '@floowe/contracts/networks'
import type { NotificationKind } from '@floowe/contracts/notifications'
import type { Paths } from '../../paths.ts'
import type { Told } from '../../shell/told.ts'
import type { Formats } from '../../ui/formats.ts'
import type { Tone } from '../../ui/StatusBadge.tsx'
import type { WordKey } from '../../words/namespaces.ts'
import type { Say } from '../../words/words.ts'

export type Shown = {
  tone: Tone
  icon: Icon
  word: WordKey<'notifications'>
  /** The text or channel it is about; null: the word says it all. */
  title: string | null
  /** Where to, when the event did not say it by name. */
  channel: { id: string; network: Network } | { name: string } | null
  /** What to know and do, in one line. */
  how: string
  /** What a person wrote. */
  words: string
  href: string
}
export type Means = { t: Say<'notifications'>; formats: Formats; paths: Paths }
type Of<Kind extends NotificationKind> = Extract<Told, { kind: Kind }>['data']

const titled = (title: string, { t, formats }: Means): string => (title === '' ? t('untitled') : formats.quoted(title))
const sentence = (...parts: (string | null)[]): string =>
  parts.filter((part): part is string => part !== null && part !== '').join(' · ')

const outcomes = {
  approved: { tone: 'moss', icon: IconCircleCheck },
  'changes-requested': { tone: 'amber', icon: IconArrowBackUp },
  void: { tone: 'amber', icon: IconFileOff },
} as const satisfies Record<Of<'decided'>['outcome'], { tone: Tone; icon: Icon }>

const deliveryWith =
  (tone: Tone, icon: Icon, kind: 'failed' | 'needs-human' | 'missed' | 'gone') =>
  (data: Of<'missed'>, means: Means): Shown => ({
    tone,
    icon,
    word: `kind.${kind}`,
    title: titled(data.title, means),
    channel: { id: data.channelId, network: data.network },
    how: means.t(`how.${kind}`),
    words: '',
    href: means.paths.delivery(data.deliveryId),
  })

const kinds: { [Kind in NotificationKind]: (data: Of<Kind>, means: Means) => Shown } = {
  'to-approve': (data, means) => ({
    tone: 'plum',
    icon: IconEye,
    word: 'kind.to-approve',
    title: titled(data.title, means),
    channel: { name: data.channelName },
    how: sentence(
      data.byName && means.t('asks', { name: data.byName }),
      data.stepName && means.t('step', { step: data.stepName }),
      means.t('due', { at: means.formats.dateTime(data.dueAt) }),
    ),
    words: data.message,
    href: means.paths.approval(data.approvalId),
  }),
  decided: (data, means) => ({
    ...outcomes[data.outcome],
    word: `kind.${data.outcome}`,
    title: titled(data.title, means),
    channel: { name: data.channelName },
    how:
      data.outcome === 'void' ? means.t('how.void') : data.byName ? means.t('decided-by', { name: data.byName }) : '',
    words: data.comment,
    href: means.paths.approval(data.approvalId),
  }),
  failed: deliveryWith('clay', IconX, 'failed'),
  'needs-human': deliveryWith('clay', IconHelpCircle, 'needs-human'),
  missed: deliveryWith('amber', IconCircleDashed, 'missed'),
  gone: deliveryWith('clay', IconEyeOff, 'gone'),
  connection: (data, means) => ({
    tone: data.problem === 'attention' ? 'clay' : 'amber',
    icon: data.problem === 'attention' ? IconAlertTriangle : IconHourglass,
    word: `kind.${data.problem}`,
    title: data.name,
    channel: null,
    how: data.endsAt ? means.t('how.expiring', { date: means.formats.date(data.endsAt) }) : means.t('how.attention'),
    words: '',
    href: `${means.paths.channels()}#${data.channelId}`,
  }),
  mentioned: (data, means) => ({
    tone: 'river',
    icon: IconAt,
    word: 'kind.mentioned',
    title: titled(data.title, means),
    channel: null,
    how: data.byName ? means.t('mentioned-by', { name: data.byName }) : '',
    words: data.text,
    href: `${means.paths.editor(data.articleId, data.language)}#${data.threadId}`,
  }),
  'webhook-off': (data, means) => ({
    tone: 'clay',
    icon: IconWebhook,
    word: 'kind.webhook-off',
    title: null,
    channel: null,
    how: means.t('how.webhook-off', { why: means.t(`problem.${data.problem}`) }),
    words: '',
    href: means.paths.notificationSettings(),
  }),
}

export const shownOf = ({ kind, data }: Told, means: Means): Shown =>
  (kinds[kind] as (data: Told['data'], means: Means) => Shown)(data, means) // the data of this very kind

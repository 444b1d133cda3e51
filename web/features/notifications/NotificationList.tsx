/** Notifications under their days. Each is a link to what it is about; following it marks it as read. */
import { useQuery } from '@tanstack/react-query'
import { IconCheck } from '@tabler/icons-react'
import { api } from '../../api/client.ts'
import { usePaths } from '../../location.ts'
import { NetworkMark } from '../../networks/networks.tsx'
import { type Told, useMarkRead } from '../../shell/told.ts'
import { moveAmongLinks } from '../../ui/arrow-keys.ts'
import { IconButton } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import { byDay, nearDay } from './days.ts'
import { type Shown, shownOf } from './kinds.tsx'
import looks from './notifications.module.css'

type ListProps = { items: readonly Told[]; headingLevel: 'h2' | 'h3'; onFollow?: () => void; canMark?: boolean }

export function NotificationList({ items, headingLevel: Heading, ...rest }: ListProps) {
  const t = useWords('notifications')
  const formats = useFormats()
  const { zone } = useSurroundings()
  return (
    <div className={looks.days} onKeyDown={moveAmongLinks}>
      {byDay(items, zone).map(({ day, items: own }) => {
        const near = nearDay(day, zone, Date.now())
        return (
          <section key={day}>
            <Heading className={looks.day}>
              {near ? t(`day.${near}`) : formats.weekday(`${day}T12:00:00Z`, 'UTC')}
            </Heading>
            <ul className={looks.list}>
              {own.map((one) => (
                <Item key={one.id} one={one} {...rest} />
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

function Item({ one, onFollow, canMark }: { one: Told } & Pick<ListProps, 'onFollow' | 'canMark'>) {
  const t = useWords('notifications')
  const formats = useFormats()
  const paths = usePaths()
  const markRead = useMarkRead()
  const shown = shownOf(one, { t, formats, paths })
  const isUnread = one.readAt === null
  const { icon: Mark } = shown
  return (
    <li className={looks.item} data-unread={isUnread || undefined} data-tone={shown.tone}>
      <a
        href={shown.href}
        className={looks.link}
        onClick={() => {
          if (isUnread) markRead({ ids: [one.id] })
          onFollow?.()
        }}
      >
        <Mark aria-hidden="true" className={looks.mark} />
        <span className={looks.words}>
          <span className={looks.head}>
            <span className={looks.kind}>{t(shown.word)}</span>
            {isUnread && <span className="only-read">, {t('unread')}</span>}
            <span className={looks.when}>
              <Time at={one.at} as="ago" />
            </span>
          </span>
          {shown.title !== null && (
            <span className={looks.about}>
              {shown.title}
              {shown.channel && ' · '}
              <Place channel={shown.channel} />
            </span>
          )}
          {shown.how !== '' && <span className={looks.how}>{shown.how}</span>}
          {shown.words !== '' && <span className={looks.quote}>{shown.words}</span>}
        </span>
      </a>
      {canMark && isUnread && (
        <IconButton
          size="small"
          label={t('mark-one', { what: `${t(shown.word)}, ${shown.title ?? ''}` })}
          title={t('mark-one.short')}
          onClick={() => markRead({ ids: [one.id] })}
        >
          <IconCheck />
        </IconButton>
      )}
    </li>
  )
}

/** Events of deliveries name a channel by its id; what it is called now is known to the page already. */
function Place({ channel }: Pick<Shown, 'channel'>) {
  const t = useWords('notifications')
  const isById = channel !== null && 'id' in channel
  const { data } = useQuery({ ...api.publishing.listChannels.queryOptions(), enabled: isById })
  if (channel === null) return null
  if (!isById) return <span className={looks.place}>{channel.name}</span>
  const name = data?.find(({ id }) => id === channel.id)?.name ?? (data ? t('channel-gone') : '')
  return (
    <span className={looks.place}>
      <NetworkMark network={channel.network} />
      {name}
    </span>
  )
}

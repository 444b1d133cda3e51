/** The calendar as a link shows it to people without an account: a month to read, nothing to press that would change it. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useMemo } from 'react'
import type { SharedItem } from '@floowe/contracts/calendar'
import { api, type client } from '../../../api/client.ts'
import { isRefusal } from '../../../api/refusals.ts'
import { useRefusalWords } from '../../../api/refusal-words.ts'
import { useRouteParam, useSearchState } from '../../../location.ts'
import { NetworkMark } from '../../../networks/networks.tsx'
import { wallIn } from '../../../planning/wall-time.ts'
import { DeliveryStatus } from '../../../statuses/statuses.tsx'
import { Button, IconButton } from '../../../ui/Button.tsx'
import { Drawing } from '../../../ui/drawings.tsx'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ErrorPanel } from '../../../ui/ErrorPanel.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { SkeletonText } from '../../../ui/Skeletons.tsx'
import { useSurroundings } from '../../../ui/surroundings.tsx'
import { useWords } from '../../../words/words.ts'
import { DayMark } from '../DayMark.tsx'
import { readingElsewhere } from '../hours.ts'
import { daysShown, placeOf, stepped } from '../range.ts'
import { useTitle } from '../Toolbar.tsx'
import looks from './shared.module.css'
import { OutsideFrame } from '../../../shell/OutsideFrame.tsx'

type Opened = Awaited<ReturnType<typeof client.publishing.openCalendarLink>>

export function SharedPage() {
  const t = useWords('calendar')
  const { zone: own } = useSurroundings()
  const token = useRouteParam('token')
  const [search, change] = useSearchState()
  const today = wallIn(own, Date.now()).date
  const { day } = placeOf({ ...search, view: 'list' }, today, false)
  const days = daysShown('list', day)
  const opened = useInfiniteQuery({
    ...api.publishing.openCalendarLink.infiniteOptions({
      input: (after: string | undefined) => ({
        token,
        from: days[0] ?? '',
        to: days.at(-1) ?? '',
        ...(after && { after }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const title = useTitle('list', day)
  const first = opened.data?.pages[0]
  if (opened.error) return <Refused error={opened.error} onRetry={() => void opened.refetch()} />
  if (!first)
    return (
      <OutsideFrame width="reading" title={t('shared.opening')}>
        <SkeletonText lines={6} />
      </OutsideFrame>
    )
  const go = (by: number): void => change({ day: stepped('list', day, by), month: null })
  return (
    <OutsideFrame width="reading" title={`${first.name}, ${title}`}>
      <header className={looks.opening}>
        <p className={looks.whose}>{first.workspaceName}</p>
        <h1>{first.name}</h1>
        <Zones zone={first.zone} />
      </header>
      <nav className={looks.month} aria-label={t('title')}>
        <h2>{title}</h2>
        <IconButton label={t('previous.month')} onClick={() => go(-1)}>
          <IconChevronLeft />
        </IconButton>
        <IconButton label={t('next.month')} onClick={() => go(1)}>
          <IconChevronRight />
        </IconButton>
        <Button size="small" onClick={() => change({ day: null, month: null })}>
          {t('today')}
        </Button>
      </nav>
      <Campaigns campaigns={first.campaigns} />
      <Days pages={opened.data?.pages ?? []} zone={first.zone} today={wallIn(first.zone, Date.now()).date} />
      {opened.hasNextPage && (
        <Button busy={opened.isFetchingNextPage} onClick={() => void opened.fetchNextPage()}>
          {t('backlog.more')}
        </Button>
      )}
    </OutsideFrame>
  )
}

function Zones({ zone }: { zone: string }) {
  const t = useWords('calendar')
  return <p className={looks.faint}>{t('zone.shown', { zone: zone.replaceAll('_', ' ') })}</p>
}

function Campaigns({ campaigns }: { campaigns: Opened['campaigns'] }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const date = (one: string): string => formats.shortDate(`${one}T12:00:00Z`, 'UTC')
  if (campaigns.length === 0) return null
  return (
    <ul className={looks.campaigns} aria-label={t('filter.campaigns')}>
      {campaigns.map(({ id, name, firstDay, lastDay, colour }) => (
        <li key={id} data-tone={colour}>
          <strong>{name}</strong> <span>{t('campaign.days', { from: date(firstDay), to: date(lastDay) })}</span>
        </li>
      ))}
    </ul>
  )
}

function Days({ pages, zone, today }: { pages: readonly Opened[]; zone: string; today: string }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const byDay = useMemo(
    () =>
      Map.groupBy(
        pages.flatMap((page) => page.items),
        ({ dueAt }) => wallIn(zone, dueAt).date,
      ),
    [pages, zone],
  )
  if (byDay.size === 0) return <EmptyState drawing="calendar" title={t('empty.month')} />
  return (
    <div className={looks.days}>
      {[...byDay].map(([day, items]) => (
        <section key={day} aria-labelledby={`day-${day}`} data-past={day < today || undefined}>
          <h3 id={`day-${day}`}>
            <span className={looks.dayName}>{formats.weekday(`${day}T12:00:00Z`, 'UTC')}</span> <DayMark day={day} />
          </h3>
          <ul>
            {items.map((item) => (
              <Item key={item.id} item={item} zone={zone} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Item({ item, zone }: { item: SharedItem; zone: string }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const elsewhere = readingElsewhere(item, zone)
  const title = item.title ?? t('shared.no-title')
  return (
    <li>
      <time dateTime={item.dueAt}>{formats.time(item.dueAt, zone)}</time>
      <div>
        <span
          className={item.title === null ? looks.untold : looks.itemTitle}
          lang={item.title === null ? undefined : item.language}
        >
          {item.url ? (
            <a href={item.url} rel="noreferrer">
              {title}
            </a>
          ) : (
            title
          )}
        </span>
        <span className={looks.itemMeta}>
          <NetworkMark network={item.network} /> {item.channelName}
          {elsewhere && ` · ${t('elsewhere', elsewhere)}`}
        </span>
      </div>
      <DeliveryStatus state={item.state} approval={{ state: 'not-needed' }} />
    </li>
  )
}

/** A link that opens nothing is no fault of whoever follows it. */
function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useWords('calendar')
  const inWords = useRefusalWords()
  const isOver = isRefusal(error, 'link-expired', 'not-found', 'invalid-input')
  const { title, advice, requestId } = inWords(error)
  const said = isOver ? t('shared.over') : title
  useEffect(() => document.querySelector<HTMLElement>('main h1')?.focus(), [])
  return (
    <OutsideFrame width="reading" title={said}>
      {isOver ? (
        <div className={looks.notice}>
          <Drawing name="envelope" />
          <h1 tabIndex={-1}>{said}</h1>
          <p>{t('shared.over.what')}</p>
        </div>
      ) : (
        <>
          <h1 className="only-read">{title}</h1>
          <ErrorPanel title={title} advice={advice} requestId={requestId} onRetry={onRetry} />
        </>
      )}
    </OutsideFrame>
  )
}

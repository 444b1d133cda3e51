/** Above the calendar: where it stands and how it is seen on the left, what can be done with it on the right. */
import {
  IconAdjustments,
  IconCalendarRepeat,
  IconChevronLeft,
  IconChevronRight,
  IconClockPlay,
  IconDots,
  IconFileImport,
  IconFileSpreadsheet,
  IconFilter,
  IconFlag3,
  IconPlus,
  IconShare,
} from '@tabler/icons-react'
import { Button, IconButton } from '../../ui/Button.tsx'
import { KeyHint } from '../../ui/KeyHint.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { useWords } from '../../words/words.ts'
import buttonLooks from '../../ui/Button.module.css'
import type { Opened } from './opened.ts'
import { daysShown, type View, views } from './range.ts'
import looks from './calendar.module.css'

/** What an arrow steps over. */
export const unitOf = (view: View): 'month' | 'week' | 'day' => (view === 'week' || view === 'day' ? view : 'month')

export function useTitle(view: View, day: string, isShort = false): string {
  const { locale } = useSurroundings()
  const at = (one: string): Date => new Date(`${one}T12:00:00Z`)
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale === 'pl' ? 'pl-PL' : 'en-GB', { ...options, timeZone: 'UTC' })
  if (view === 'day' && isShort)
    return format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at(day))
  if (view === 'day') return format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at(day))
  if (view === 'week') {
    const days = daysShown(view, day)
    const [first = day, last = day] = [days[0], days.at(-1)]
    // over two months there is no room for both names
    const month = first.slice(0, 7) === last.slice(0, 7) ? 'long' : 'short'
    return format({ day: 'numeric', month, year: 'numeric' }).formatRange(at(first), at(last))
  }
  return format({ month: 'long', year: 'numeric' }).format(at(day))
}

type HeadingProps = { view: View; title: string; onStep: (by: number) => void; onToday: () => void }

export function Heading({ view, title, onStep, onToday }: HeadingProps) {
  const t = useWords('calendar')
  const unit = unitOf(view)
  return (
    <div className={looks.heading} data-view={view}>
      <h1>{title}</h1>
      <IconButton label={t(`previous.${unit}`)} onClick={() => onStep(-1)}>
        <IconChevronLeft />
      </IconButton>
      <IconButton label={t(`next.${unit}`)} onClick={() => onStep(1)}>
        <IconChevronRight />
      </IconButton>
      <Button onClick={onToday} after={<KeyHint keys="t" />}>
        {t('today')}
      </Button>
    </div>
  )
}

type ActionsProps = {
  view: View
  zone: string
  isNarrow: boolean
  mayPlan: boolean
  mayWrite: boolean
  filterCount: number
  isFiltering: boolean
  onFilters: () => void
  onView: (view: View) => void
  onExport: () => void
  open: (what: Opened) => void
}

export function Actions(props: ActionsProps) {
  const { view, zone, isNarrow, mayWrite, filterCount, isFiltering, onFilters, onView, open } = props
  const t = useWords('calendar')
  const offered: readonly View[] = isNarrow ? ['list', 'day'] : views
  return (
    <>
      <span className={looks.zone} title={t('zone.shown', { zone: zone.replaceAll('_', ' ') })}>
        {zone.replaceAll('_', ' ')}
      </span>
      <Segmented
        label={t('view')}
        value={view}
        onChange={onView}
        options={offered.map((one) => ({ value: one, label: t(`view.${one}`) }))}
      />
      <Button
        icon={<IconFilter />}
        aria-expanded={isFiltering}
        aria-controls="calendar-filters"
        onClick={onFilters}
        after={<KeyHint keys="f" />}
      >
        {t('filters', { count: filterCount })}
      </Button>
      <MoreMenu {...props} />
      {mayWrite && (
        <Button
          tone="primary"
          className={looks.newButton}
          icon={<IconPlus />}
          onClick={() => open({ kind: 'new', moment: null })}
        >
          {t('new')}
        </Button>
      )}
    </>
  )
}

function MoreMenu({ mayPlan, onExport, open }: ActionsProps) {
  const t = useWords('calendar')
  return (
    <Menu
      label={t('more-acts')}
      align="end"
      width={250}
      trigger={(props) => (
        <button {...props} aria-label={t('more-acts')} title={t('more-acts')} className={buttonLooks.icon}>
          <IconDots />
        </button>
      )}
    >
      {mayPlan && (
        <MenuItem icon={<IconFlag3 />} onChoose={() => open({ kind: 'campaign', campaign: null })}>
          {t('campaign.new')}
        </MenuItem>
      )}
      <MenuItem icon={<IconClockPlay />} onChoose={() => open({ kind: 'slots' })}>
        {t('slots')}
      </MenuItem>
      <MenuItem icon={<IconCalendarRepeat />} onChoose={() => open({ kind: 'series' })}>
        {t('series')}
      </MenuItem>
      <MenuLine />
      {mayPlan && (
        <MenuItem icon={<IconFileImport />} onChoose={() => open({ kind: 'import' })}>
          {t('import')}
        </MenuItem>
      )}
      <MenuItem icon={<IconFileSpreadsheet />} onChoose={onExport}>
        {t('export')}
      </MenuItem>
      <MenuItem icon={<IconShare />} onChoose={() => open({ kind: 'share' })}>
        {t('share')}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<IconAdjustments />} onChoose={() => open({ kind: 'settings' })}>
        {t('settings')}
      </MenuItem>
    </Menu>
  )
}

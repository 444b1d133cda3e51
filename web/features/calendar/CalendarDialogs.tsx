/** The dialogs of the calendar; the larger ones are loaded when they are first opened. */
import { type ComponentType, lazy, Suspense } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { ScheduleDialog } from '../../planning/ScheduleDialog.tsx'
import type { CalendarFilters } from './filters.ts'
import type { Idea } from './ideas.ts'
import { EntryDialog } from './EntryDialog.tsx'
import type { Opened } from './opened.ts'
import type { Moves } from './use-moves.ts'

export type DialogsProps = {
  opened: Opened | null
  items: readonly CalendarItem[]
  ideas: readonly Idea[]
  filters: CalendarFilters
  zone: string
  moves: Moves
  open: (what: Opened | null) => void
}
/** What a dialog is opened with; it closes by opening nothing. */
export type OpenedOf<Kind extends Opened['kind']> = Omit<DialogsProps, 'opened'> & {
  opened: Extract<Opened, { kind: Kind }>
  onClose: () => void
}

const later = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => ({ default: await load() }))

const NewDialog = later(() => import('./NewDialog.tsx').then((file) => file.NewDialog))
const FillDialog = later(() => import('./FillDialog.tsx').then((file) => file.FillDialog))
const CampaignDialog = later(() => import('./CampaignDialog.tsx').then((file) => file.CampaignDialog))
const SeriesDialog = later(() => import('./series/SeriesDialog.tsx').then((file) => file.SeriesDialog))
const SeriesList = later(() => import('./series/SeriesList.tsx').then((file) => file.SeriesList))
const SlotsDialog = later(() => import('./SlotsDialog.tsx').then((file) => file.SlotsDialog))
const ImportDialog = later(() => import('./import/ImportDialog.tsx').then((file) => file.ImportDialog))
const ShareDialog = later(() => import('./ShareDialog.tsx').then((file) => file.ShareDialog))
const SettingsDialog = later(() => import('./SettingsDialog.tsx').then((file) => file.SettingsDialog))

export function CalendarDialogs(props: DialogsProps) {
  const { opened, items, moves, open } = props
  const onClose = (): void => open(null)
  const entry = opened?.kind === 'entry' ? opened : null
  const plan = opened?.kind === 'plan' ? opened : null
  return (
    <>
      <EntryDialog
        delivery={items.find((item) => item.id === entry?.id) ?? null}
        wanted={entry?.wanted}
        moves={moves}
        onClose={onClose}
        open={open}
      />
      <ScheduleDialog
        isOpen={plan !== null}
        target={plan?.idea ?? null}
        day={plan?.moment?.day ?? null}
        moment={plan?.moment ?? null}
        onClose={onClose}
      />
      <Suspense fallback={null}>
        <Others {...props} onClose={onClose} />
      </Suspense>
    </>
  )
}

function Others({ opened, ...rest }: DialogsProps & { onClose: () => void }) {
  switch (opened?.kind) {
    case 'new':
      return <NewDialog opened={opened} {...rest} />
    case 'fill':
      return <FillDialog opened={opened} {...rest} />
    case 'campaign':
      return <CampaignDialog opened={opened} {...rest} />
    case 'repeat':
      return <SeriesDialog opened={opened} {...rest} />
    case 'series':
      return <SeriesList {...rest} />
    case 'slots':
      return <SlotsDialog {...rest} />
    case 'import':
      return <ImportDialog {...rest} />
    case 'share':
      return <ShareDialog {...rest} />
    case 'settings':
      return <SettingsDialog {...rest} />
    default:
      return null
  }
}

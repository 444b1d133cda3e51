/** What of the calendar is shown: channels, states, languages, campaigns, people, words; and the views that keep such choices. */
import { useQuery } from '@tanstack/react-query'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { Campaign } from '@floowe/contracts/calendar'
import { api } from '../../api/client.ts'
import { useMay, useMe } from '../../api/me.ts'
import { deliveryStates } from '../../statuses/statuses.tsx'
import { Button } from '../../ui/Button.tsx'
import { CheckMenu } from '../../ui/CheckMenu.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import { type CalendarFilters, countOf, type FilterName, noFilters, searchOf } from './filters.ts'
import type { View } from './range.ts'
import { SavedViews } from './SavedViews.tsx'
import looks from './calendar.module.css'

type Change = (patch: Record<string, string | null>) => void
type FiltersProps = {
  filters: CalendarFilters
  view: View
  change: Change
  /** The focus goes into them. */
  isEntered: boolean
  onCampaign: (campaign: Campaign | null) => void
}

const languages = ['pl', 'en', 'de', 'uk', 'fr', 'es', 'cs', 'sk', 'it', 'lt']

export function Filters({ filters, view, change, isEntered, onCampaign }: FiltersProps) {
  const t = useWords('calendar')
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isEntered) box.current?.querySelector('input')?.focus()
  }, [isEntered])
  const set = (name: FilterName) => (chosen: string[]) => change({ [name]: chosen.join(',') || null })
  return (
    <search ref={box} className={looks.filters} id="calendar-filters">
      <div className={looks.filterText}>
        <IconSearch size={15} aria-hidden="true" />
        <input
          type="search"
          aria-label={t('filter.text')}
          placeholder={t('filter.text')}
          maxLength={200}
          value={filters.text}
          onChange={(event) => change({ text: event.currentTarget.value || null })}
        />
      </div>
      <FilterMenus filters={filters} set={set} onCampaign={onCampaign} />
      {countOf(filters) > 0 && (
        <Button tone="quiet" size="small" icon={<IconX />} onClick={() => change(searchOf(noFilters))}>
          {t('filter.clear')}
        </Button>
      )}
      <span className={looks.space} />
      <SavedViews
        filters={filters}
        view={view}
        onChoose={(saved) => change({ ...searchOf(saved.filters), ...(saved.layout && { view: saved.layout }) })}
      />
    </search>
  )
}

function FilterMenus({
  filters,
  set,
  onCampaign,
}: {
  filters: CalendarFilters
  set: (name: FilterName) => (chosen: string[]) => void
  onCampaign: FiltersProps['onCampaign']
}) {
  const t = useWords('calendar')
  const inWords = useWords('statuses')
  const formats = useFormats()
  const { workspace } = useMe()
  const mayReadMembers = useMay('members:read')
  const mayPlan = useMay('publishing:plan')
  const channels = useQuery(api.publishing.listChannels.queryOptions())
  const campaigns = useQuery(api.publishing.listCampaigns.queryOptions({ input: {} }))
  const members = useQuery({ ...api.identity.listMembers.queryOptions(), enabled: mayReadMembers })
  const known = [...new Set([workspace.language as string, ...languages, ...filters.languages])]
  return (
    <>
      <CheckMenu
        label={t('filter.channels')}
        options={(channels.data ?? []).map(({ id, name }) => ({ value: id as string, label: name }))}
        chosen={filters.channels}
        onChange={set('channels')}
      />
      <CheckMenu
        label={t('filter.states')}
        options={deliveryStates.map((state) => ({ value: state as string, label: inWords(`delivery.${state}`) }))}
        chosen={filters.states}
        onChange={set('states')}
      />
      <CheckMenu
        label={t('filter.languages')}
        options={known.map((code) => ({ value: code, label: formats.language(code) }))}
        chosen={filters.languages}
        onChange={set('languages')}
      />
      {(campaigns.data ?? []).length > 0 ? (
        <CheckMenu
          label={t('filter.campaigns')}
          options={(campaigns.data ?? []).map(({ id, name }) => ({ value: id as string, label: name }))}
          chosen={filters.campaigns}
          onChange={set('campaigns')}
        />
      ) : (
        mayPlan && (
          <Button size="small" tone="quiet" onClick={() => onCampaign(null)}>
            {t('campaign.new')}
          </Button>
        )
      )}
      {(members.data ?? []).length > 1 && (
        <CheckMenu
          label={t('filter.authors')}
          options={(members.data ?? []).map(({ userId, name }) => ({ value: userId as string, label: name }))}
          chosen={filters.authors}
          onChange={set('authors')}
        />
      )}
    </>
  )
}

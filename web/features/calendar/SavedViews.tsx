/** Filters that are kept under a name: one's own, and those that are shared with everybody. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconBookmark, IconTrash, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import type { CalendarView } from '@floowe/contracts/calendar'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { CheckField, FormActions, FormStack, TextField } from '../../ui/Field.tsx'
import { Menu, MenuHeading, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import { type CalendarFilters, countOf, isSameFilters } from './filters.ts'
import type { View } from './range.ts'
import buttonLooks from '../../ui/Button.module.css'

type SavedProps = { filters: CalendarFilters; view: View; onChoose: (saved: CalendarView) => void }

export function SavedViews({ filters, view, onChoose }: SavedProps) {
  const t = useWords('calendar')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const views = useQuery(api.publishing.listCalendarViews.queryOptions())
  const [isSaving, setSaving] = useState(false)
  const active = views.data?.find((saved) => isSameFilters(saved.filters, filters) && (saved.layout ?? view) === view)
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.listCalendarViews.key() })
  const remove = ({ id, name, layout, filters: kept, isShared }: CalendarView) =>
    void doWithUndo({
      text: t('view.removed', { name }),
      run: () => client.publishing.removeCalendarView({ id }).then(refresh),
      undo: () => client.publishing.createCalendarView({ name, layout, filters: kept, isShared }).then(refresh),
      onFailure: tell,
    })
  return (
    <>
      <Menu
        label={t('views')}
        align="end"
        width={280}
        trigger={(props) => (
          <button {...props} className={`${buttonLooks.button} ${buttonLooks.plain} ${buttonLooks.small}`}>
            <IconBookmark aria-hidden="true" />
            <span>{active?.name ?? t('views')}</span>
          </button>
        )}
      >
        {(views.data ?? []).length === 0 && <MenuHeading>{t('views.none')}</MenuHeading>}
        {(views.data ?? []).map((saved) => (
          <MenuItem
            key={saved.id}
            isChosen={saved === active}
            icon={saved.isShared ? <IconUsers /> : <IconBookmark />}
            onChoose={() => onChoose(saved)}
          >
            {saved.name}
          </MenuItem>
        ))}
        <MenuLine />
        {!active && countOf(filters) > 0 && <MenuItem onChoose={() => setSaving(true)}>{t('view.save')}</MenuItem>}
        {!active && countOf(filters) === 0 && <MenuHeading>{t('views.how')}</MenuHeading>}
        {active?.isMine && (
          <MenuItem icon={<IconTrash />} isDanger onChoose={() => remove(active)}>
            {t('view.remove', { name: active.name })}
          </MenuItem>
        )}
      </Menu>
      <Dialog isOpen={isSaving} onClose={() => setSaving(false)} title={t('view.save')} size={420}>
        <SaveForm filters={filters} view={view} onDone={() => setSaving(false)} onSaved={refresh} />
      </Dialog>
    </>
  )
}

type SaveProps = { filters: CalendarFilters; view: View; onDone: () => void; onSaved: () => Promise<unknown> }

function SaveForm({ filters, view, onDone, onSaved }: SaveProps) {
  const t = useWords('calendar')
  const [name, setName] = useState('')
  const [isShared, setShared] = useState(false)
  const [keepsLayout, setKeepsLayout] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      client.publishing.createCalendarView({ name, filters, isShared, layout: keepsLayout ? view : null }),
    onSuccess: async () => {
      await onSaved()
      onDone()
    },
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <FormProblem error={save.error} />
      <TextField
        label={t('view.name')}
        value={name}
        required
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <CheckField
        label={t('view.layout', { layout: t(`view.${view}`) })}
        checked={keepsLayout}
        onChange={(event) => setKeepsLayout(event.currentTarget.checked)}
      />
      <CheckField
        label={t('view.shared')}
        checked={isShared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
      <FormActions>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {t('save')}
        </Button>
        <Button tone="quiet" onClick={onDone}>
          {t('close')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

/** Links that show the calendar to people without an account: a page to read, or a feed for their calendar program. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconCalendarShare, IconLink } from '@tabler/icons-react'
import { useState } from 'react'
import type { CalendarLink } from '@floowe/contracts/calendar'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { CheckField, FormActions, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { doLater } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import type { DialogsProps } from './CalendarDialogs.tsx'
import { countOf } from './filters.ts'
import looks from './dialogs.module.css'

const dayMs = 86_400_000
const lifetimes = [7, 30, 90, 0] as const

export function ShareDialog({
  filters,
  zone,
  onClose,
}: Pick<DialogsProps, 'filters' | 'zone'> & { onClose: () => void }) {
  const t = useWords('calendar')
  const mayPlan = useMay('publishing:plan')
  return (
    <Dialog isOpen onClose={onClose} title={t('share')} size={600}>
      <div className={looks.entryDialog}>
        <p className={looks.faint}>{countOf(filters) > 0 ? t('share.how.filtered') : t('share.how')}</p>
        {mayPlan && <ShareForm filters={filters} zone={zone} />}
        <Links mayPlan={mayPlan} />
        <FormActions>
          <Button tone="quiet" onClick={onClose}>
            {t('close')}
          </Button>
        </FormActions>
      </div>
    </Dialog>
  )
}

function ShareForm({ filters, zone }: Pick<DialogsProps, 'filters' | 'zone'>) {
  const t = useWords('calendar')
  const queries = useQueryClient()
  const [kind, setKind] = useState<'page' | 'feed'>('page')
  const [name, setName] = useState('')
  const [days, setDays] = useState<string>('30')
  const [showsTitles, setShowsTitles] = useState(false)
  const make = useMutation({
    mutationFn: () =>
      client.publishing.createCalendarLink({
        kind,
        name,
        filters,
        zone,
        showsTitles,
        expiresAt: days === '0' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString(),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.publishing.listCalendarLinks.key() }),
  })
  if (make.data)
    return (
      <div className={looks.handed} role="status">
        <p>{t(`share.made.${make.data.kind}`)}</p>
        <CopyField label={t('share.address')} value={make.data.url} />
        <p className={looks.faint}>{t('share.once')}</p>
        <Button size="small" onClick={() => (make.reset(), setName(''))}>
          {t('share.another')}
        </Button>
      </div>
    )
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <FormProblem error={make.error} />
      <SelectField
        label={t('share.kind')}
        value={kind}
        onChoose={setKind}
        options={(['page', 'feed'] as const).map((value) => ({ value, label: t(`share.kind.${value}`) }))}
        hint={t(`share.kind.${kind}.how`)}
      />
      <TextField
        label={t('share.name')}
        hint={t('share.name.how')}
        value={name}
        required
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SelectField
        label={t('share.until')}
        value={days}
        onChoose={setDays}
        options={lifetimes.map((value) => ({
          value: String(value),
          label: value === 0 ? t('share.until.revoked') : t('share.until.days', { count: value }),
        }))}
      />
      <CheckField
        label={t('share.titles')}
        hint={t('share.titles.how')}
        checked={showsTitles}
        onChange={(event) => setShowsTitles(event.currentTarget.checked)}
      />
      <FormActions>
        <Button type="submit" tone="primary" busy={make.isPending}>
          {t('share.make')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

function Links({ mayPlan }: { mayPlan: boolean }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const links = useQuery(api.publishing.listCalendarLinks.queryOptions())
  const [hidden, setHidden] = useState<readonly string[]>([])
  // an address is answered once: a revoked link cannot come back, so revoking waits for a moment
  const revoke = ({ id, name }: CalendarLink): void =>
    doLater({
      text: t('share.revoked', { name }),
      hide: (isHidden) => setHidden((ids) => (isHidden ? [...ids, id] : ids.filter((one) => one !== id))),
      run: async () => {
        await client.publishing.revokeCalendarLink({ id })
        await queries.invalidateQueries({ queryKey: api.publishing.listCalendarLinks.key() })
      },
      onFailure: tell,
    })
  const shown = links.data?.filter(({ id }) => !hidden.includes(id)) ?? []
  if (shown.length === 0) return null
  return (
    <section aria-label={t('share.links')}>
      <h3 className={looks.smallHeading}>{t('share.links')}</h3>
      <ul className={looks.seriesList}>
        {shown.map((link) => (
          <li key={link.id}>
            <div>
              <strong className={looks.withIcon}>
                {link.kind === 'page' ? (
                  <IconLink size={15} aria-hidden="true" />
                ) : (
                  <IconCalendarShare size={15} aria-hidden="true" />
                )}
                {link.name}
              </strong>
              <span className={looks.faint}>
                {[
                  t(`share.kind.${link.kind}`),
                  link.expiresAt
                    ? t('share.ends', { at: formats.shortDate(link.expiresAt) })
                    : t('share.until.revoked'),
                  link.lastOpenedAt ? t('share.opened', { at: formats.ago(link.lastOpenedAt) }) : t('share.unopened'),
                ].join(' · ')}
              </span>
            </div>
            {mayPlan && (
              <Button size="small" tone="danger" onClick={() => revoke(link)}>
                {t('share.revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

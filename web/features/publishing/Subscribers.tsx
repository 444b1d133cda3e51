/** The list of who reads a newsletter: search, add, import, export, erase. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconDownload, IconFileImport, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { Subscriber } from '@floowe/contracts/newsletters'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useSearchState } from '../../location.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Select } from '../../ui/Field.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { doLater } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import { AddDialog } from './AddDialog.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { subscriberLooks, subscriberStates } from './subscriber-states.ts'
import looks from './newsletter.module.css'

const pageRows = 25
const exportPagesMax = 1_000

export function Subscribers({ channelId, total }: { channelId: string; total: number }) {
  const t = useWords('newsletters')
  const common = useWords('common')
  const [search, change] = useSearchState()
  const [open, setOpen] = useState<'add' | 'import' | null>(null)
  const [hidden, setHidden] = useState<readonly string[]>([])
  const offset = Math.max(0, Number(search['offset']) || 0)
  const state = subscriberStates.find((one) => one === search['state'])
  const wanted = (search['search'] ?? '').slice(0, 100)
  const query = useQuery({
    ...api.publishing.listSubscribers.queryOptions({
      input: { channelId, limit: pageRows, offset, state, search: wanted === '' ? undefined : wanted },
    }),
    placeholderData: keepPreviousData,
  })
  const items = (query.data?.items ?? []).filter(({ id }) => !hidden.includes(id))
  const acts = <Acts channelId={channelId} isEmpty={total === 0} onOpen={setOpen} />
  return (
    <>
      {total === 0 ? (
        <EmptyState drawing="envelope" title={t('empty')} action={acts}>
          {t('empty.how')}
        </EmptyState>
      ) : (
        <>
          <div className={looks.bar}>
            <input
              type="search"
              aria-label={t('search')}
              placeholder={t('search')}
              maxLength={100}
              value={wanted}
              onChange={(event) => change({ search: event.currentTarget.value, offset: null })}
            />
            <Select
              aria-label={t('filter')}
              value={state ?? ''}
              onChoose={(value) => change({ state: value, offset: null })}
              options={[
                { value: '', label: t('filter.all') },
                ...subscriberStates.map((one) => ({ value: one as string, label: t(`state.${one}`) })),
              ]}
            />
            {acts}
          </div>
          <FormProblem error={query.error} />
          {query.data && items.length === 0 ? (
            <p className={looks.faint}>{t('empty.filtered')}</p>
          ) : (
            <Table channelId={channelId} items={items} setHidden={setHidden} />
          )}
          <Pager
            offset={offset}
            limit={pageRows}
            total={query.data?.total ?? 0}
            label={t('pages')}
            onMove={(next) => change({ offset: next || null })}
            summary={t('pages.summary', { from: offset + 1, to: offset + items.length, total: query.data?.total ?? 0 })}
            words={{ previous: common('previous'), next: common('next') }}
          />
        </>
      )}
      <AddDialog channelId={channelId} isOpen={open === 'add'} onClose={() => setOpen(null)} />
      <ImportDialog channelId={channelId} isOpen={open === 'import'} onClose={() => setOpen(null)} />
    </>
  )
}

type ActProps = { channelId: string; isEmpty: boolean; onOpen: (what: 'add' | 'import') => void }

function Acts({ channelId, isEmpty, onOpen }: ActProps) {
  const t = useWords('newsletters')
  const tell = useRefusalToast()
  const save = useMutation({ mutationFn: () => exported(channelId), onSuccess: download, onError: tell })
  return (
    <div className={looks.acts}>
      <Button tone={isEmpty ? 'primary' : 'plain'} icon={<IconPlus />} onClick={() => onOpen('add')}>
        {t('add')}
      </Button>
      <Button icon={<IconFileImport />} onClick={() => onOpen('import')}>
        {t('import')}
      </Button>
      {!isEmpty && (
        <Button icon={<IconDownload />} busy={save.isPending} onClick={() => save.mutate()}>
          {t('export')}
        </Button>
      )}
    </div>
  )
}

/** Page after page, as the server hands them out. */
async function exported(channelId: string): Promise<string> {
  let csv = ''
  let after: string | undefined
  for (let page = 0; page < exportPagesMax; page++) {
    const { csv: lines, next } = await client.publishing.exportSubscribers({ channelId, after })
    csv += lines
    if (next === null) return csv
    after = next
  }
  return csv
}

/** With a mark by which spreadsheets know that it is UTF-8. */
function download(csv: string): void {
  const address = URL.createObjectURL(new Blob(['\uFEFF', csv], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'newsletter.csv'
  link.click()
  URL.revokeObjectURL(address)
}

type TableProps = {
  channelId: string
  items: readonly Subscriber[]
  setHidden: React.Dispatch<React.SetStateAction<readonly string[]>>
}

function Table({ channelId, items, setHidden }: TableProps) {
  const t = useWords('newsletters')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const erase = ({ id, email }: Subscriber) =>
    doLater({
      text: t('removed', { email }),
      hide: (isHidden) => setHidden((ids) => (isHidden ? [...ids, id] : ids.filter((one) => one !== id))),
      run: () =>
        client.publishing
          .removeSubscriber({ channelId, subscriberId: id })
          .then(() => queries.invalidateQueries({ queryKey: api.publishing.key() })),
      onFailure: tell,
    })
  const columns: Column<Subscriber>[] = [
    { id: 'address', label: t('address'), isMain: true, cell: (one) => <Address subscriber={one} /> },
    {
      id: 'state',
      label: t('state'),
      width: '200px',
      cell: ({ state }) => {
        const { tone, icon: Icon } = subscriberLooks[state]
        return (
          <StatusBadge tone={tone} icon={<Icon />}>
            {t(`state.${state}`)}
          </StatusBadge>
        )
      },
    },
    { id: 'source', label: t('source'), width: '150px', cell: ({ source }) => t(`source.${source}`) },
    {
      id: 'since',
      label: t('since'),
      width: '120px',
      cell: (one) => <Time at={one.endedAt ?? one.confirmedAt ?? one.askedAt} as="shortDate" />,
    },
    {
      id: 'acts',
      label: t('acts'),
      isLabelHidden: true,
      align: 'end',
      width: '60px',
      cell: (one) => (
        <IconButton size="small" label={t('remove', { email: one.email })} onClick={() => erase(one)}>
          <IconTrash />
        </IconButton>
      ),
    },
  ]
  return <DataTable caption={t('list')} columns={columns} rows={items} rowKey={({ id }) => id} />
}

function Address({ subscriber: { email, declaration } }: { subscriber: Subscriber }) {
  return (
    <span className={looks.address}>
      {email}
      {declaration !== null && <span className={looks.faint}>{declaration}</span>}
    </span>
  )
}

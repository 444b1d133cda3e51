import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconX } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Redirect } from '@floowe/contracts/site'
import type { z } from 'zod'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { FormActions, FormRow, FormStack, TextField } from '../../ui/Field.tsx'
import { SkeletonRows } from '../../ui/Skeletons.tsx'
import { Time } from '../../ui/Time.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import looks from './site.module.css'

type OldAddress = z.infer<typeof Redirect>
const rowsPerPage = 25

/** Old addresses and where they lead. Those of changed slugs and imports come by themselves. */
export function Redirects({ mayChange }: { mayChange: boolean }) {
  const t = useWords('site')
  const common = useWords('common')
  const [offset, setOffset] = useState(0)
  const { data, error } = useQuery({
    ...api.site.listRedirects.queryOptions({ input: { limit: rowsPerPage, offset } }),
    placeholderData: keepPreviousData,
  })
  const remove = useRemove()
  const columns: Column<OldAddress>[] = [
    { id: 'from', label: t('redirects.from'), isMain: true, cell: (entry) => <code>{entry.from}</code> },
    { id: 'to', label: t('redirects.to'), cell: (entry) => <code>{entry.to}</code> },
    {
      id: 'origin',
      label: t('redirects.origin'),
      width: '130px',
      cell: (entry) => t(`redirects.origin.${entry.origin}`),
    },
    {
      id: 'since',
      label: t('redirects.since'),
      width: '120px',
      cell: (entry) => <Time at={entry.createdAt} as="shortDate" />,
    },
  ]
  if (mayChange) {
    columns.push({
      id: 'acts',
      label: t('redirects.acts'),
      isLabelHidden: true,
      align: 'end',
      width: '48px',
      cell: (entry) => (
        <IconButton size="small" label={t('redirects.remove', { from: entry.from })} onClick={() => remove(entry)}>
          <IconX />
        </IconButton>
      ),
    })
  }
  return (
    <div className={looks.stack}>
      {mayChange && <AddRedirect />}
      <FormProblem error={error} />
      {!data && !error && <SkeletonRows rows={3} />}
      {data?.total === 0 && <p className={looks.faint}>{t('redirects.none')}</p>}
      {data && data.total > 0 && (
        <div>
          <DataTable caption={t('redirects')} columns={columns} rows={data.items} rowKey={(entry) => entry.from} />
          <Pager
            offset={offset}
            limit={rowsPerPage}
            total={data.total}
            label={common('pages')}
            onMove={setOffset}
            summary={common('range', { from: offset + 1, to: offset + data.items.length, total: data.total })}
            words={{ previous: common('previous'), next: common('next') }}
          />
        </div>
      )}
    </div>
  )
}

function useRemove(): (entry: OldAddress) => void {
  const t = useWords('site')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const refetch = () => queries.invalidateQueries({ queryKey: api.site.listRedirects.key() })
  return (entry) =>
    void doWithUndo({
      text: t('redirects.removed', { from: entry.from }),
      run: () => client.site.removeRedirect({ from: entry.from }).then(refetch),
      undo: () => client.site.addRedirect({ from: entry.from, to: entry.to }).then(refetch),
      onFailure: tell,
    })
}

function AddRedirect() {
  const t = useWords('site')
  const common = useWords('common')
  const form = useRef<HTMLFormElement>(null)
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (data: FormData) =>
      client.site.addRedirect({ from: String(data.get('from')).trim(), to: String(data.get('to')).trim() }),
    onSuccess: async () => {
      form.current?.reset()
      await queries.invalidateQueries({ queryKey: api.site.listRedirects.key() })
    },
  })
  const problems = fieldProblems(error)
  return (
    <FormStack
      ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        mutate(new FormData(event.currentTarget))
      }}
    >
      <FormProblem error={error} />
      <FormRow>
        <TextField
          label={t('redirects.from')}
          name="from"
          required
          maxLength={500}
          placeholder={t('redirects.fromExample')}
          pattern="/[^\s#]+"
          spellCheck={false}
          problem={problems.from && common('checkField')}
        />
        <TextField
          label={t('redirects.to')}
          name="to"
          required
          maxLength={2048}
          placeholder={t('redirects.toExample')}
          pattern="(/|https?://).*"
          spellCheck={false}
          problem={problems.to && common('checkField')}
        />
      </FormRow>
      <FormActions>
        <Button type="submit" busy={isPending}>
          {t('redirects.add')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

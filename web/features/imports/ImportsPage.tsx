/** Bringing texts from elsewhere, and what came of it. */
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconUpload } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Import } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useGo, usePaths } from '../../location.ts'
import { Button } from '../../ui/Button.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import { ImportState } from './ImportState.tsx'
import { packFolder } from './pack.ts'
import looks from './imports.module.css'

export function ImportsPage() {
  const t = useWords('imports')
  const paths = usePaths()
  const mayImport = useMay('content:import')
  const { data } = useSuspenseQuery(api.content.listImports.queryOptions({ input: { limit: 50 } }))
  const columns: Column<Import>[] = [
    { id: 'name', label: t('name'), isMain: true, cell: (one) => <a href={paths.import(one.id)}>{one.name}</a> },
    { id: 'format', label: t('format'), width: '130px', cell: (one) => t(`format.${one.format}`) },
    { id: 'state', label: t('state'), width: '180px', cell: (one) => <ImportState state={one.state} /> },
    {
      id: 'items',
      label: t('items'),
      align: 'end',
      width: '120px',
      cell: (one) => `${one.itemsDone} / ${one.itemsTotal}`,
    },
    { id: 'when', label: t('when'), width: '160px', cell: (one) => <Time at={one.createdAt} as="ago" /> },
  ]
  return (
    <Page title={t('title')} lead={t('lead')} width="reading">
      {mayImport && <StartImport />}
      <Section title={t('past')}>
        {data.items.length === 0 ? (
          <EmptyState drawing="inbox" title={t('empty')}>
            {t('empty.how')}
          </EmptyState>
        ) : (
          <DataTable caption={t('past')} columns={columns} rows={data.items} rowKey={(one) => one.id} />
        )}
      </Section>
    </Page>
  )
}

function StartImport() {
  const t = useWords('imports')
  const go = useGo()
  const paths = usePaths()
  const queries = useQueryClient()
  const file = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const start = useMutation({
    mutationFn: async (files: readonly File[]) => client.content.startImport({ file: await packFolder(files) }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: api.content.listImports.key() })
      go(paths.import(made.id))
    },
  })
  const take = (files: FileList | null) => files && files.length > 0 && start.mutate([...files])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra way; the buttons do the same
    <div
      className={looks.start}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
    >
      <FormProblem error={start.error} />
      <p className={looks.invite}>{t('drop')}</p>
      <p className={looks.faint}>{t('drop.how')}</p>
      <div className={looks.buttons}>
        <Button tone="primary" icon={<IconUpload />} busy={start.isPending} onClick={() => file.current?.click()}>
          {t('choose.file')}
        </Button>
        <Button busy={start.isPending} onClick={() => folder.current?.click()}>
          {t('choose.folder')}
        </Button>
      </div>
      <input
        ref={file}
        type="file"
        hidden
        aria-label={t('choose.file')}
        accept=".zip,.xml,.json,.md,.markdown"
        onChange={(event) => take(event.currentTarget.files)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        aria-label={t('choose.folder')}
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget.files)}
      />
    </div>
  )
}

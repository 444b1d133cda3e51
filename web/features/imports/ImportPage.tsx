/** One import: how far it is, then the report, item by item. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  IconArrowForwardUp,
  IconEqual,
  IconLock,
  IconPhotoCheck,
  IconPhotoX,
  IconPlus,
  IconRefresh,
} from '@tabler/icons-react'
import type { z } from 'zod'
import type { Import, ImportItem } from '@floowe/contracts/content'
import { importNoteText } from '@floowe/contracts/import-words'
import { unreadableReason } from '@floowe/contracts/unreadable-words'
import type { ImportId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { usePaths, useRouteParam, useSearchState } from '../../location.ts'
import { Button } from '../../ui/Button.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { Select } from '../../ui/Field.tsx'
import { Card, Page, Section } from '../../ui/Page.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { useLanguage, useWords } from '../../words/words.ts'
import { ImportState } from './ImportState.tsx'
import looks from './imports.module.css'

type Item = z.infer<typeof ImportItem>
const outcomes = ['created', 'updated', 'unchanged', 'kept', 'skipped', 'media-fetched', 'media-failed'] as const
const isRunning = (one: Import | undefined): boolean =>
  one !== undefined && !['done', 'failed', 'cancelled'].includes(one.state)
const pageRows = 50
const outcomeLooks = {
  created: { tone: 'moss', icon: IconPlus },
  updated: { tone: 'river', icon: IconRefresh },
  unchanged: { tone: 'neutral', icon: IconEqual },
  kept: { tone: 'plum', icon: IconLock },
  skipped: { tone: 'amber', icon: IconArrowForwardUp },
  'media-fetched': { tone: 'moss', icon: IconPhotoCheck },
  'media-failed': { tone: 'clay', icon: IconPhotoX },
} as const

export function ImportPage() {
  const t = useWords('imports')
  const paths = usePaths()
  const id = useRouteParam('id')
  const query = useQuery({
    ...api.content.getImport.queryOptions({ input: { id } }),
    refetchInterval: ({ state }) => (isRunning(state.data) ? 700 : false),
  })
  const one = query.data
  return (
    <Page
      title={one?.name ?? t('title')}
      width="reading"
      trail={<a href={paths.imports()}>{t('title')}</a>}
      actions={one && isRunning(one) && <Cancel id={one.id} />}
    >
      <FormProblem error={query.error} />
      {one ? <Progress one={one} /> : <SkeletonText lines={4} />}
      {one && <Report id={one.id} isRunning={isRunning(one)} />}
    </Page>
  )
}

function Cancel({ id }: { id: ImportId }) {
  const t = useWords('imports')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const cancel = useMutation({
    mutationFn: () => client.content.cancelImport({ id }),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: api.content.key() }),
  })
  return (
    <Button tone="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
      {t('cancel')}
    </Button>
  )
}

function Progress({ one }: { one: Import }) {
  const t = useWords('imports')
  const language = useLanguage()
  const share = one.itemsTotal > 0 ? one.itemsDone / one.itemsTotal : 0
  return (
    <Card>
      <p className={looks.state} role="status">
        <ImportState state={one.state} /> {t('progress', { done: one.itemsDone, total: one.itemsTotal })}
      </p>
      {isRunning(one) && <progress className={looks.bar} value={share} aria-label={t('state')} />}
      {one.error && (
        <p className={looks.problem}>
          {one.error.file
            ? t('error.at', {
                file: one.error.file,
                line: one.error.line ?? 0,
                text: unreadableReason(one.error.code, one.error.text, language),
              })
            : unreadableReason(one.error.code, one.error.text, language)}
        </p>
      )}
      <dl className={looks.counts}>
        {(['created', 'updated', 'unchanged', 'kept', 'skipped'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`outcome.${name}`)}</dt>
            <dd>{one.counts[name]}</dd>
          </div>
        ))}
        {one.media.total > 0 && (
          <div>
            <dt>{t('files')}</dt>
            <dd>
              {t('files.count', { fetched: one.media.fetched, total: one.media.total, failed: one.media.failed })}
            </dd>
          </div>
        )}
      </dl>
    </Card>
  )
}

function Report({ id, isRunning }: { id: ImportId; isRunning: boolean }) {
  const t = useWords('imports')
  const language = useLanguage()
  const paths = usePaths()
  const [search, change] = useSearchState()
  const outcome = outcomes.find((name) => name === search['outcome'])
  const offset = Math.max(0, Number(search['offset']) || 0)
  const items = useQuery({
    ...api.content.listImportItems.queryOptions({ input: { id, outcome, limit: pageRows, offset } }),
    placeholderData: keepPreviousData,
    refetchInterval: isRunning ? 1500 : false,
  })
  const columns: Column<Item>[] = [
    {
      id: 'title',
      label: t('item'),
      isMain: true,
      cell: (item) =>
        item.articleId ? (
          <a href={paths.article(item.articleId)}>{item.title || item.sourceId}</a>
        ) : (
          item.title || item.sourceId
        ),
    },
    {
      id: 'outcome',
      label: t('outcome'),
      width: '170px',
      cell: ({ outcome: one }) => {
        const { tone, icon: Icon } = outcomeLooks[one]
        return (
          <StatusBadge tone={tone} icon={<Icon />}>
            {t(`outcome.${one}`)}
          </StatusBadge>
        )
      },
    },
  ]
  if (items.data?.items.some(({ notes }) => notes.length > 0)) {
    columns.push({
      id: 'notes',
      label: t('notes'),
      width: '42%',
      cell: (item) =>
        item.notes.length > 0 && (
          <ul className={looks.notes}>
            {item.notes.map((note) => (
              <li key={`${note.code} ${note.text}`}>{importNoteText(note, language)}</li>
            ))}
          </ul>
        ),
    })
  }
  return (
    <Section
      title={t('report')}
      actions={
        <Select
          aria-label={t('outcome')}
          value={outcome ?? ''}
          onChoose={(value) => change({ outcome: value, offset: null })}
          options={[
            { value: '', label: t('outcome.all') },
            ...outcomes.map((name) => ({ value: name as string, label: t(`outcome.${name}`) })),
          ]}
        />
      }
    >
      <FormProblem error={items.error} />
      {items.data && (
        <DataTable
          caption={t('report')}
          columns={columns}
          rows={items.data.items}
          rowKey={(item) => String(item.position)}
        />
      )}
      <Pager
        offset={offset}
        limit={pageRows}
        total={items.data?.total ?? 0}
        label={t('pages')}
        onMove={(next) => change({ offset: next || null })}
        summary={t('pages.summary', {
          from: offset + 1,
          to: offset + (items.data?.items.length ?? 0),
          total: items.data?.total ?? 0,
        })}
        words={{ previous: t('pages.previous'), next: t('pages.next') }}
      />
    </Section>
  )
}

/** The media library: what the workspace can show, where it is used, how it is described. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { IconSearch, IconUpload } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Media } from '@floowe/contracts/content'
import { api } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useSearchState } from '../../location.ts'
import { Button } from '../../ui/Button.tsx'
import { Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import { SkeletonCards } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import { MediaCard } from './MediaCard.tsx'
import { MediaPanel } from './MediaPanel.tsx'
import { Uploads, useUploads } from './uploads.tsx'
import looks from './media.module.css'

const pageCards = 40
const accepted =
  'image/jpeg,image/png,image/webp,image/avif,image/gif,image/svg+xml,application/pdf,video/mp4,audio/mpeg'

export function MediaPage() {
  const t = useWords('media')
  const mayWrite = useMay('media:write')
  const [search, change] = useSearchState()
  const offset = Math.max(0, Number(search['offset']) || 0)
  const query = search['query']?.slice(0, 200) || undefined
  const media = useQuery({
    ...api.content.listMedia.queryOptions({ input: { limit: pageCards, offset, query } }),
    placeholderData: keepPreviousData,
    // Pictures become ready in the background.
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === 'processing' || one.state === 'fetching') ? 1500 : false,
  })
  const [opened, setOpened] = useState<string | null>(null)
  const picker = useRef<HTMLInputElement>(null)
  const uploads = useUploads()
  const items = media.data?.items ?? []
  const take = (files: FileList | null) => files && uploads.add([...files])
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <search className={looks.search}>
            <IconSearch size={16} aria-hidden="true" />
            <input
              type="search"
              aria-label={t('search')}
              placeholder={t('search')}
              value={search['query'] ?? ''}
              onChange={(event) => change({ query: event.currentTarget.value, offset: null })}
            />
          </search>
          {mayWrite && (
            <Button tone="primary" icon={<IconUpload />} onClick={() => picker.current?.click()}>
              {t('upload')}
            </Button>
          )}
        </>
      }
    >
      <input
        ref={picker}
        type="file"
        multiple
        accept={accepted}
        hidden
        aria-label={t('upload')}
        onChange={(event) => take(event.currentTarget.files)}
      />
      <Drop isOn={mayWrite} onFiles={take}>
        <Uploads uploads={uploads} />
        <FormProblem error={media.error} />
        {!media.data && !media.error && <SkeletonCards cards={10} />}
        {media.data && items.length === 0 && (
          <EmptyState drawing="camera" title={query ? t('filtered') : t('empty')}>
            {query ? t('filtered.how') : t('empty.how')}
          </EmptyState>
        )}
        <ul className={looks.cards}>
          {items.map((one) => (
            <MediaCard key={one.id} media={one} onOpen={() => setOpened(one.id)} />
          ))}
        </ul>
      </Drop>
      <Pager
        offset={offset}
        limit={pageCards}
        total={media.data?.total ?? 0}
        label={t('pages')}
        onMove={(next) => change({ offset: next || null })}
        summary={t('pages.summary', { from: offset + 1, to: offset + items.length, total: media.data?.total ?? 0 })}
        words={{ previous: t('pages.previous'), next: t('pages.next') }}
      />
      <MediaPanel media={items.find((one: Media) => one.id === opened) ?? null} onClose={() => setOpened(null)} />
    </Page>
  )
}

function Drop({
  isOn,
  onFiles,
  children,
}: {
  isOn: boolean
  onFiles: (files: FileList) => void
  children: React.ReactNode
}) {
  const t = useWords('media')
  const [isOver, setOver] = useState(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra way; the button does the same
    <div
      className={looks.drop}
      data-over={(isOn && isOver) || undefined}
      data-hint={t('drop')}
      onDragOver={(event) => {
        if (!isOn || !event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (isOn) onFiles(event.dataTransfer.files)
      }}
    >
      {children}
    </div>
  )
}

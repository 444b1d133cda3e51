/** The versions of the text, newest first. Choosing one shows what is different now. */
import {
  IconDeviceFloppy,
  IconFileImport,
  IconFilePlus,
  IconHistory,
  IconPencil,
  IconRestore,
  IconX,
  type Icon,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { z } from 'zod'
import type { VersionSummary } from '@floowe/contracts/content'
import { Button, IconButton } from '../../../ui/Button.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { SkeletonRows } from '../../../ui/Skeletons.tsx'
import { useWords } from '../../../words/words.ts'
import looks from './versions.module.css'
import type { Desk } from '../writing/desk.ts'
import { type Comparison, sideKey } from './comparison.ts'
import { NameVersionDialog } from './NameVersionDialog.tsx'
import { useVersions } from './use-versions.ts'

type Version = z.infer<typeof VersionSummary>
const icons: Readonly<Record<Version['reason'], Icon>> = {
  created: IconFilePlus,
  saved: IconDeviceFloppy,
  autosaved: IconPencil,
  restored: IconRestore,
  imported: IconFileImport,
  status: IconHistory,
}

type Props = {
  desk: Desk
  mayWrite: boolean
  comparison: Comparison | null
  onCompare: (comparison: Comparison | null) => void
  onClose: () => void
}

export function VersionsPanel({ desk, mayWrite, comparison, onCompare, onClose }: Props) {
  const t = useWords('editor')
  const [isNaming, setNaming] = useState(false)
  const { versions, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useVersions(desk.edition.id)
  const isShown = (key: string) => comparison !== null && sideKey(comparison.older) === key
  return (
    <div className={looks.versions}>
      <div className={looks.panelHead}>
        <h2>{t('versions')}</h2>
        {mayWrite && (
          <Button size="small" icon={<IconDeviceFloppy />} onClick={() => setNaming(true)}>
            {t('version.name.short')}
          </Button>
        )}
        <IconButton size="small" label={t('versions.close')} onClick={onClose}>
          <IconX />
        </IconButton>
      </div>
      <p className={looks.faint}>{t('versions.words')}</p>
      {isPending && <SkeletonRows rows={5} />}
      <ol className={looks.versionList}>
        {versions.map((version, index) => (
          <li key={version.id}>
            <VersionRow
              version={version}
              before={versions[index + 1] ?? null}
              isNewest={index === 0}
              isShown={isShown(`version:${version.id}`)}
              onCompare={() => onCompare({ older: { kind: 'version', id: version.id }, newer: { kind: 'now' } })}
            />
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('versions.more')}
        </Button>
      )}
      {isNaming && <NameVersionDialog desk={desk} onClose={() => setNaming(false)} />}
    </div>
  )
}

function VersionRow({
  version,
  before,
  isNewest,
  isShown,
  onCompare,
}: {
  version: Version
  before: Version | null
  isNewest: boolean
  isShown: boolean
  onCompare: () => void
}) {
  const t = useWords('editor')
  const formats = useFormats()
  const Mark = icons[version.reason]
  const change = before ? version.words - before.words : 0
  // a note of the machinery (#3) is said in words
  const restoredFrom = version.reason === 'restored' ? /^#(\d+)$/.exec(version.note)?.[1] : undefined
  const hasName = version.note !== '' && restoredFrom === undefined
  return (
    <button type="button" className={looks.version} aria-pressed={isShown} onClick={onCompare}>
      <Mark aria-hidden="true" />
      <span>
        <strong>{hasName ? version.note : formats.dateTime(version.createdAt)}</strong>
        <small>
          <span>{version.createdByName ?? t('someone')}</span>
          {hasName && <span>, {formats.dateTime(version.createdAt)}</span>}
        </small>
        <small>
          <span>{t('version.number', { number: version.number })}</span> ·{' '}
          <span>
            {restoredFrom ? t('version.restoredFrom', { number: restoredFrom }) : t(`version.reason.${version.reason}`)}
          </span>{' '}
          ·{' '}
          <span>
            {t('words', { count: version.words })}
            {change !== 0 && ` (${change > 0 ? '+' : '−'}${formats.number(Math.abs(change))})`}
          </span>
          {isNewest && <span> · {t('version.newest')}</span>}
        </small>
      </span>
    </button>
  )
}

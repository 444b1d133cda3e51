/** What a person has to know or decide about this text, calmly, above it. */
import { useQueryClient } from '@tanstack/react-query'
import { IconArrowBackUp, IconGitCompare, IconHistory, IconRefresh, IconTrash, IconUsers } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { Article } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast, useRefusalWords } from '../../api/refusal-words.ts'
import { entryPaths } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './editor.module.css'
import type { Desk } from './saving/desk.ts'
import { useSaving } from './saving/use-desk.ts'

function Notice({
  tone,
  icon,
  title,
  children,
  actions,
}: {
  tone: 'amber' | 'plum' | 'river' | 'clay'
  icon: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <section className={looks.notice} data-tone={tone} role={tone === 'clay' ? 'alert' : 'status'}>
      {icon}
      <div>
        <strong>{title}</strong>
        {children && <p>{children}</p>}
      </div>
      {actions && <div className={looks.noticeActs}>{actions}</div>}
    </section>
  )
}

export function Notices({
  desk,
  article,
  onCompareTheirs,
}: {
  desk: Desk
  article: Article
  onCompareTheirs: () => void
}) {
  return (
    <div className={looks.notices}>
      {article.trashedAt !== null && <TrashedNotice article={article} />}
      <SavingNotices desk={desk} onCompareTheirs={onCompareTheirs} />
    </div>
  )
}

function SavingNotices({ desk, onCompareTheirs }: { desk: Desk; onCompareTheirs: () => void }) {
  const t = useWords('editor')
  const { trouble, isUnsaved } = useSaving(desk)
  const [isRestoredSeen, setRestoredSeen] = useState(false)
  const formats = useFormats()
  if (trouble?.kind === 'stale') return <StaleNotice desk={desk} onCompare={onCompareTheirs} />
  if (trouble?.kind === 'refused') return <RefusedNotice desk={desk} />
  if (!desk.restored || isRestoredSeen) return null
  return (
    <Notice
      tone="river"
      icon={<IconHistory />}
      title={t('restored.title')}
      actions={
        <Button size="small" onClick={() => setRestoredSeen(true)}>
          {t('restored.fine')}
        </Button>
      }
    >
      {isUnsaved
        ? t('restored.saving', { at: formats.dateTime(desk.restored.at) })
        : t('restored.saved', { at: formats.dateTime(desk.restored.at) })}
    </Notice>
  )
}

/** Someone saved in between. Nothing is overwritten until a person says what is to be. */
function StaleNotice({ desk, onCompare }: { desk: Desk; onCompare: () => void }) {
  const t = useWords('editor')
  const formats = useFormats()
  const { theirs, isSaving } = useSaving(desk)
  const who = theirs?.updatedByName ?? t('someone')
  const takeTheirs = () => {
    if (desk.takeTheirs()) showToast({ text: t('stale.putAside') })
  }
  return (
    <Notice
      tone="plum"
      icon={<IconUsers />}
      title={theirs ? t('stale.title', { who, at: formats.time(theirs.updatedAt) }) : t('stale.unknown')}
      actions={
        <>
          <Button
            size="small"
            icon={<IconGitCompare />}
            onClick={onCompare}
            disabledWhy={!theirs && t('stale.loading')}
          >
            {t('stale.compare')}
          </Button>
          <Button size="small" onClick={() => desk.saver.keepMine(t('stale.note', { who }))} busy={isSaving}>
            {t('stale.keepMine')}
          </Button>
          <Button size="small" onClick={takeTheirs} disabledWhy={!theirs && t('stale.loading')}>
            {t('stale.takeTheirs')}
          </Button>
        </>
      }
    >
      {t('stale.words')}
    </Notice>
  )
}

function RefusedNotice({ desk }: { desk: Desk }) {
  const t = useWords('editor')
  const inWords = useRefusalWords()
  const { error } = useSaving(desk)
  const said = inWords(error)
  return (
    <Notice
      tone="clay"
      icon={<IconArrowBackUp />}
      title={t('refused.title')}
      actions={
        said.code === 'not-signed-in' ? (
          <LinkButton size="small" href={entryPaths.signIn(location.pathname)}>
            {t('refused.signIn')}
          </LinkButton>
        ) : (
          <Button size="small" icon={<IconRefresh />} onClick={() => void desk.saver.save()}>
            {t('refused.again')}
          </Button>
        )
      }
    >
      {said.title} {said.advice} {t('refused.kept')}
    </Notice>
  )
}

function TrashedNotice({ article }: { article: Article }) {
  const t = useWords('editor')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayRestore = useMay('content:delete')
  const restore = () =>
    client.content
      .restoreArticle({ id: article.id })
      .then(() => queries.invalidateQueries({ queryKey: api.content.getArticle.key() }), tell)
  return (
    <Notice
      tone="amber"
      icon={<IconTrash />}
      title={t('trashed.title')}
      actions={
        mayRestore && (
          <Button size="small" onClick={() => void restore()}>
            {t('trashed.restore')}
          </Button>
        )
      }
    >
      {t('trashed.words')}
    </Notice>
  )
}

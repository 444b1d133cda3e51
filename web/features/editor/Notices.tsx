/** What a person has to know or decide about this text, calmly, above it. */
import { useQueryClient } from '@tanstack/react-query'
import { ORPCError } from '@orpc/client'
import { IconArrowBackUp, IconRefresh, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Article } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast, useRefusalWords } from '../../api/refusal-words.ts'
import { entryPaths } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { useWords } from '../../words/words.ts'
import looks from './editor.module.css'
import type { Desk } from './writing/desk.ts'
import { useSaving } from './writing/use-desk.ts'

function Notice({
  tone,
  icon,
  title,
  children,
  actions,
}: {
  tone: 'amber' | 'clay'
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

export function Notices({ desk, article }: { desk: Desk; article: Article }) {
  const { refused, error } = useSaving(desk)
  return (
    <div className={looks.notices}>
      {article.trashedAt !== null && <TrashedNotice article={article} />}
      {(refused !== null || error !== null) && <RefusedNotice desk={desk} />}
    </div>
  )
}

/** The server does not take what was written here. */
function RefusedNotice({ desk }: { desk: Desk }) {
  const t = useWords('editor')
  const inWords = useRefusalWords()
  const { refused, error } = useSaving(desk)
  const said = inWords(error ?? new ORPCError(refused ?? 'internal'))
  const again = () => {
    desk.writing.again()
    void desk.flush()
  }
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
          <Button size="small" icon={<IconRefresh />} onClick={again}>
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

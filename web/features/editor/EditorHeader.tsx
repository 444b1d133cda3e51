/** The bar above the text: where one is, how the text stands, and what can be done with it. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  IconArrowLeft,
  IconCalendarPlus,
  IconCopy,
  IconDots,
  IconExternalLink,
  IconHistory,
  IconLayoutSidebarRight,
  IconMaximize,
  IconMessage,
  IconMinimize,
  IconTemplate,
  IconTrash,
  IconUsers,
  IconDeviceFloppy,
} from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { lazy, Suspense, useState } from 'react'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useGo, usePaths } from '../../location.ts'
import { EditionStatus } from '../../statuses/statuses.tsx'
import { Button, IconButton } from '../../ui/Button.tsx'
import { KeyHint } from '../../ui/KeyHint.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import type { Panel } from './DeskFrame.tsx'
import looks from './editor.module.css'
import { People } from './people/People.tsx'
import { ModeItems, ModeSwitch, type Mode } from './suggesting/ModeSwitch.tsx'
import { SuggestionsMenu } from './suggesting/SuggestionsMenu.tsx'
import { SaveStatus } from './SaveStatus.tsx'
import type { Desk } from './writing/desk.ts'
import { useFields } from './writing/use-desk.ts'
import { usePreview } from './use-preview.ts'

const NameVersionDialog = lazy(() =>
  import('./versions/NameVersionDialog.tsx').then((module) => ({ default: module.NameVersionDialog })),
)
const TemplateDialog = lazy(() =>
  import('./details/TemplateDialog.tsx').then((module) => ({ default: module.TemplateDialog })),
)

type Props = {
  desk: Desk
  article: Article
  summary: EditionSummary
  mayWrite: boolean
  panel: Panel
  onPanel: (panel: Panel) => void
  onPlan: () => void
  isAlone: boolean
  onAlone: (isAlone: boolean) => void
  editor: Editor | null
  mode: Mode
  onMode: (mode: Mode) => void
  openComments: number
  /** The words are tinted by who wrote them. */
  isTinted: boolean
  onTinted: (isTinted: boolean) => void
}

export function EditorHeader(props: Props) {
  const { desk, summary, mayWrite, panel, onPanel, onPlan, isAlone, onAlone } = props
  const t = useWords('editor')
  const said = useWords('comments')
  const paths = usePaths()
  const mayPlan = useMay('publishing:plan') && mayWrite
  const { title } = useFields(desk)
  const preview = usePreview(desk)
  return (
    <header className={looks.header}>
      <div className={looks.where}>
        <nav aria-label={t('trail.label')} className={looks.trail}>
          <a href={paths.content()}>
            <IconArrowLeft aria-hidden="true" />
            <span>{t('trail')}</span>
          </a>
        </nav>
        <h1 className={looks.name} lang={summary.language}>
          {title || t('untitled')}
        </h1>
        <EditionStatus status={summary.status} />
      </div>
      <div className={looks.acts}>
        <People desk={desk} />
        {props.editor && <SuggestionsMenu editor={props.editor} mayDecide={mayWrite} />}
        {mayWrite && <SaveStatus desk={desk} updatedAt={summary.updatedAt} />}
        {isAlone ? (
          <Button icon={<IconMinimize />} onClick={() => onAlone(false)} after={<KeyHint keys="escape" />}>
            {t('alone.leave')}
          </Button>
        ) : (
          <>
            {mayWrite && (
              <span className={looks.roomyOnly}>
                <ModeSwitch mode={props.mode} onMode={props.onMode} />
              </span>
            )}
            <Button
              className={looks.roomyOnly}
              aria-expanded={panel === 'versions'}
              onClick={() => onPanel(panel === 'versions' ? 'details' : 'versions')}
            >
              {t('versions')}
            </Button>
            {mayWrite && (
              <Button className={looks.roomyOnly} busy={preview.isPending} onClick={() => preview.open()}>
                {t('preview')}
              </Button>
            )}
            {mayPlan && (
              <Button tone="primary" className={looks.plan} icon={<IconCalendarPlus />} onClick={onPlan}>
                {t('plan')}
              </Button>
            )}
            <IconButton
              label={said('open', { count: props.openComments })}
              aria-expanded={panel === 'comments'}
              className={`${looks.wideOnly} ${looks.badged}`}
              onClick={() => onPanel(panel === 'comments' ? 'details' : 'comments')}
            >
              <IconMessage />
              {props.openComments > 0 && (
                <span className={looks.badge} aria-hidden="true">
                  {Math.min(props.openComments, 99)}
                </span>
              )}
            </IconButton>
            <IconButton
              label={t('details')}
              aria-expanded={panel === 'details'}
              onClick={() => onPanel(panel === 'details' ? null : 'details')}
            >
              <IconLayoutSidebarRight />
            </IconButton>
            <More {...props} onPreview={() => preview.open()} />
          </>
        )}
      </div>
    </header>
  )
}

function More({
  desk,
  article,
  summary,
  mayWrite,
  panel,
  onPanel,
  onAlone,
  mode,
  onMode,
  openComments,
  isTinted,
  onTinted,
  onPreview,
}: Props & { onPreview: () => void }) {
  const t = useWords('editor')
  const said = useWords('comments')
  const [dialog, setDialog] = useState<'version' | 'template' | null>(null)
  const mayCreate = useMay('content:write')
  const mayDelete = useMay('content:delete') && article.trashedAt === null
  const { duplicate, trash } = useArticleActs(article)
  return (
    <>
      <Menu
        label={t('more')}
        align="end"
        width={260}
        trigger={(trigger) => (
          <IconButton {...trigger} label={t('more')}>
            <IconDots />
          </IconButton>
        )}
      >
        <span className={looks.narrowOnly}>
          <MenuItem icon={<IconMessage />} onChoose={() => onPanel(panel === 'comments' ? null : 'comments')}>
            {said('open', { count: openComments })}
          </MenuItem>
        </span>
        <span className={looks.tightOnly}>
          {mayWrite && <ModeItems mode={mode} onMode={onMode} />}
          <MenuItem icon={<IconHistory />} onChoose={() => onPanel(panel === 'versions' ? null : 'versions')}>
            {t('versions')}
          </MenuItem>
          {mayWrite && (
            <MenuItem icon={<IconExternalLink />} onChoose={onPreview}>
              {t('preview')}
            </MenuItem>
          )}
        </span>
        <MenuItem icon={<IconMaximize />} after={<KeyHint keys="mod+shift+f" />} onChoose={() => onAlone(true)}>
          {t('alone')}
        </MenuItem>
        <MenuItem icon={<IconUsers />} onChoose={() => onTinted(!isTinted)}>
          {isTinted ? t('writers.hide') : t('writers.show')}
        </MenuItem>
        {mayWrite && (
          <MenuItem icon={<IconDeviceFloppy />} onChoose={() => setDialog('version')}>
            {t('version.name')}
          </MenuItem>
        )}
        {mayCreate && (
          <MenuItem icon={<IconTemplate />} onChoose={() => setDialog('template')}>
            {t('template.save')}
          </MenuItem>
        )}
        {mayCreate && (
          <MenuItem icon={<IconCopy />} onChoose={duplicate}>
            {t('duplicate')}
          </MenuItem>
        )}
        {mayDelete && <MenuLine />}
        {mayDelete && (
          <MenuItem icon={<IconTrash />} isDanger onChoose={trash}>
            {t('trash')}
          </MenuItem>
        )}
      </Menu>
      <Suspense fallback={null}>
        {dialog === 'version' && <NameVersionDialog desk={desk} onClose={() => setDialog(null)} />}
        {dialog === 'template' && (
          <TemplateDialog desk={desk} language={summary.language} onClose={() => setDialog(null)} />
        )}
      </Suspense>
    </>
  )
}

function useArticleActs(article: Article) {
  const t = useWords('editor')
  const tell = useRefusalToast()
  const queries = useQueryClient()
  const go = useGo()
  const paths = usePaths()
  const { mutate } = useMutation({
    mutationFn: () => client.content.duplicateArticle({ id: article.id }),
    onSuccess: (copy) => {
      const [edition] = copy.editions
      if (edition) go(paths.editor(copy.id, edition.language))
      showToast({ text: t('duplicated') })
    },
    onError: tell,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: api.content.key() })
  return {
    duplicate: () => mutate(),
    trash: () =>
      void doWithUndo({
        text: t('trash.done'),
        run: async () => {
          await client.content.trashArticle({ id: article.id })
          go(paths.content())
          await refresh()
        },
        undo: () => client.content.restoreArticle({ id: article.id }).then(refresh),
        onFailure: tell,
      }),
  }
}

/** Articles as rows: title, each language with its status and deliveries, when it changed, what one can do. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconChartBar, IconCopy, IconDots, IconTrash, IconArrowBackUp } from '@tabler/icons-react'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import type { DeliveryState } from '@floowe/contracts/publishing'
import { api, client } from '../../api/client.ts'
import { useMay, useMe } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useGo, usePaths } from '../../location.ts'
import { DeliveryStatus, EditionStatus, type Standing } from '../../statuses/statuses.tsx'
import { IconButton } from '../../ui/Button.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Menu, MenuItem, MenuLink } from '../../ui/Menu.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { doLater, doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import looks from './content.module.css'

type TableProps = { items: readonly Article[]; isTrash: boolean; hide: (article: Article, isHidden: boolean) => void }

/** What needs a look comes first, then what is out, then what will be. */
const weight: Readonly<Partial<Record<DeliveryState, number>>> = {
  failed: 6,
  missed: 5,
  'on-hold': 5,
  retrying: 4,
  sending: 3,
  planned: 2,
  published: 1,
}

export function ArticleTable({ items, isTrash, hide }: TableProps) {
  const t = useWords('content')
  const formats = useFormats()
  const { workspace } = useMe()
  const standings = useStandings(items)
  const columns: Column<Article>[] = [
    {
      id: 'title',
      label: t('column.title'),
      isMain: true,
      cell: (article) => <TitleCell article={article} first={mainEdition(article, workspace.language)} />,
    },
    {
      id: 'editions',
      label: t('column.editions'),
      width: '220px',
      cell: (article) => (
        <ul className={looks.editions}>
          {article.editions.map((edition) => {
            const standing = standings.get(edition.id)
            return (
              <li key={edition.id}>
                <abbr title={formats.language(edition.language)}>{edition.language.toUpperCase()}</abbr>
                {standing ? <DeliveryStatus {...standing} /> : <EditionStatus status={edition.status} />}
              </li>
            )
          })}
        </ul>
      ),
    },
    {
      id: 'authors',
      label: t('column.authors'),
      width: '160px',
      cell: (article) => formats.list(article.authors.map((author) => author.name)),
    },
    {
      id: 'updated',
      label: t('column.updated'),
      width: '130px',
      cell: (article) => <Time at={article.updatedAt} as="ago" />,
    },
    {
      id: 'acts',
      label: t('column.acts'),
      isLabelHidden: true,
      align: 'end',
      width: '52px',
      cell: (article) => <RowMenu article={article} isTrash={isTrash} hide={hide} />,
    },
  ]
  return <DataTable caption={t('title')} columns={columns} rows={items} rowKey={(article) => article.id} />
}

export const mainEdition = (article: Article, language: string): EditionSummary | undefined =>
  article.editions.find((edition) => edition.language === language) ?? article.editions[0]

function TitleCell({ article, first }: { article: Article; first: EditionSummary | undefined }) {
  const t = useWords('content')
  const paths = usePaths()
  return (
    <div className={looks.titleCell}>
      {article.cover?.variants[0] ? (
        <img src={article.cover.variants[0].url} alt="" width={56} height={40} loading="lazy" />
      ) : (
        <span className={looks.noCover} aria-hidden="true" />
      )}
      <div>
        <a className={looks.title} href={paths.editor(article.id, first?.language ?? 'pl')} lang={first?.language}>
          {first?.title || t('untitled')}
        </a>
        <p className={looks.terms}>
          {article.type === 'page' && <span>{t('type.page')}</span>}
          {[...article.categories, ...article.tags].slice(0, 4).map((term) => (
            <span key={term.id}>{term.name}</span>
          ))}
        </p>
      </div>
    </div>
  )
}

function useStandings(items: readonly Article[]): ReadonlyMap<string, Standing> {
  const mayRead = useMay('publishing:read')
  const articleIds = items.map((article) => article.id).slice(0, 100)
  const summaries = useQuery({
    ...api.publishing.summariseArticles.queryOptions({ input: { articleIds } }),
    enabled: mayRead && articleIds.length > 0,
  })
  const standings = new Map<string, Standing>()
  for (const { editionId, state, approval } of summaries.data ?? []) {
    const known = standings.get(editionId)
    if (weight[state] && (!known || (weight[state] ?? 0) > (weight[known.state] ?? 0)))
      standings.set(editionId, { state, approval })
  }
  return standings
}

function RowMenu({ article, isTrash, hide }: { article: Article; isTrash: boolean; hide: TableProps['hide'] }) {
  const t = useWords('content')
  const paths = usePaths()
  const go = useGo()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayWrite = useMay('content:write')
  const mayDelete = useMay('content:delete')
  const title = article.editions[0]?.title || t('untitled')
  const refresh = () => queries.invalidateQueries({ queryKey: api.content.listArticles.key() })
  const id = article.id
  const duplicate = () =>
    client.content
      .duplicateArticle({ id })
      .then(
        (copy) => (
          showToast({ text: t('duplicated', { title }) }), go(paths.editor(copy.id, copy.editions[0]?.language ?? 'pl'))
        ),
        tell,
      )
  const trash = () =>
    void doWithUndo({
      text: t('trashed', { title }),
      run: () => client.content.trashArticle({ id }).then(refresh),
      undo: () => client.content.restoreArticle({ id }).then(refresh),
      onFailure: tell,
    })
  const restore = () =>
    void doWithUndo({
      text: t('restored', { title }),
      run: () => client.content.restoreArticle({ id }).then(refresh),
      undo: () => client.content.trashArticle({ id }).then(refresh),
      onFailure: tell,
    })
  const deleteForGood = () =>
    doLater({
      text: t('deleted', { title }),
      hide: (isHidden) => hide(article, isHidden),
      run: () => client.content.deleteArticle({ id }).then(refresh),
      onFailure: tell,
    })
  return (
    <Menu
      label={t('acts.of', { title })}
      align="end"
      trigger={(props) => (
        <IconButton label={t('acts.of', { title })} {...props}>
          <IconDots />
        </IconButton>
      )}
    >
      {!isTrash && (
        <MenuLink icon={<IconChartBar />} href={paths.article(id)}>
          {t('act.results')}
        </MenuLink>
      )}
      {!isTrash && mayWrite && (
        <MenuItem icon={<IconCopy />} onChoose={() => void duplicate()}>
          {t('act.duplicate')}
        </MenuItem>
      )}
      {!isTrash && mayDelete && (
        <MenuItem icon={<IconTrash />} onChoose={trash}>
          {t('act.trash')}
        </MenuItem>
      )}
      {isTrash && mayDelete && (
        <MenuItem icon={<IconArrowBackUp />} onChoose={restore}>
          {t('act.restore')}
        </MenuItem>
      )}
      {isTrash && mayDelete && (
        <MenuItem icon={<IconTrash />} isDanger onChoose={deleteForGood}>
          {t('act.delete')}
        </MenuItem>
      )}
    </Menu>
  )
}

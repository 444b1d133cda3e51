/** What an article is, where it is out, and what it brought. */
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { IconExternalLink, IconPencil, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { api } from '../../api/client.ts'
import { useMay, useMe } from '../../api/me.ts'
import { FiguresView } from '../../figures/FiguresView.tsx'
import { rangeOf, spanOf, spans } from '../../figures/ranges.ts'
import { usePaths, useRouteParam, useSearchState } from '../../location.ts'
import { ScheduleDialog, type ScheduleTarget } from '../../planning/ScheduleDialog.tsx'
import { DeliveryStatus, EditionStatus } from '../../statuses/statuses.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page, Section } from '../../ui/Page.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { Time } from '../../ui/Time.tsx'
import { loadWords, useWords } from '../../words/words.ts'
import { mainEdition } from './ArticleTable.tsx'
import looks from './content.module.css'

export function ArticlePage() {
  const t = useWords('article')
  const paths = usePaths()
  const id = useRouteParam('articleId')
  const { workspace } = useMe()
  const { data: article } = useSuspenseQuery(api.content.getArticle.queryOptions({ input: { id } }))
  const [planning, setPlanning] = useState<ScheduleTarget | null>(null)
  const main = mainEdition(article, workspace.language)
  const title = main?.title || t('untitled')
  return (
    <Page title={title} trail={<a href={paths.content()}>{t('content')}</a>} heading={<></>}>
      <div className={looks.hero}>
        <div>
          <h1 className={looks.heroTitle} lang={main?.language}>
            {title}
          </h1>
          {main?.lead && (
            <p className={looks.lead} lang={main.language}>
              {main.lead}
            </p>
          )}
          <Editions article={article} onPlan={setPlanning} />
        </div>
        {article.cover && (
          <img
            src={article.cover.variants.at(-1)?.url ?? article.cover.url}
            alt={article.cover.alt}
            width={640}
            height={427}
          />
        )}
      </div>
      <Deliveries articleId={article.id} />
      <Results articleId={article.id} />
      <References articleId={article.id} />
      <ScheduleDialog isOpen={planning !== null} target={planning} onClose={() => setPlanning(null)} />
    </Page>
  )
}

function Editions({ article, onPlan }: { article: Article; onPlan: (target: ScheduleTarget) => void }) {
  const t = useWords('article')
  const formats = useFormats()
  const paths = usePaths()
  const mayPlan = useMay('publishing:plan')
  const mayWrite = useMay('content:write')
  const live = useQuery(api.site.getLiveEditions.queryOptions({ input: { articleId: article.id } }))
  const urlOf = (edition: EditionSummary) => live.data?.find((one) => one.editionId === edition.id)?.url
  return (
    <ul className={looks.rows}>
      {article.editions.map((edition) => (
        <li key={edition.id}>
          <strong>{formats.language(edition.language)}</strong>
          <EditionStatus status={edition.status} />
          <span className={`${looks.grow} ${looks.faint}`}>{t('words', { count: edition.words })}</span>
          <span className={looks.rowActs}>
            {urlOf(edition) && (
              <LinkButton size="small" href={urlOf(edition)} target="_blank" rel="noopener" icon={<IconExternalLink />}>
                {t('open')}
              </LinkButton>
            )}
            <LinkButton size="small" href={paths.editor(article.id, edition.language)} icon={<IconPencil />}>
              {mayWrite ? t('edit') : t('read')}
            </LinkButton>
            {mayPlan && (
              <Button
                size="small"
                icon={<IconSend />}
                onClick={() => onPlan({ editionId: edition.id, title: edition.title, language: edition.language })}
              >
                {t('publish')}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Deliveries({ articleId }: { articleId: Article['id'] }) {
  const t = useWords('article')
  const paths = usePaths()
  const formats = useFormats()
  const mayRead = useMay('publishing:read')
  const deliveries = useQuery({
    ...api.publishing.listDeliveries.queryOptions({ input: { article: articleId, limit: 10 } }),
    enabled: mayRead,
  })
  if (!deliveries.data || deliveries.data.items.length === 0) return null
  return (
    <Section title={t('deliveries')}>
      <ul className={looks.rows}>
        {deliveries.data.items.map((one) => (
          <li key={one.id}>
            <DeliveryStatus {...one} />
            <a href={paths.delivery(one.id)}>{one.channelName}</a>
            <span className={looks.faint}>{formats.language(one.language)}</span>
            <span className={looks.grow} />
            <Time at={one.publishedAt ?? one.dueAt} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Results({ articleId }: { articleId: Article['id'] }) {
  const t = useWords('article')
  const { workspace } = useMe()
  const [search, change] = useSearchState()
  const span = spanOf(search['days'])
  // The parts of figures say words of their own.
  const words = useQuery({
    queryKey: ['words', 'analytics'],
    queryFn: () => loadWords('analytics').then(() => true),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const figures = useQuery(
    api.analytics.getArticleFigures.queryOptions({ input: { articleId, ...rangeOf(span, workspace.zone) } }),
  )
  return (
    <Section
      title={t('results')}
      actions={
        <Segmented
          label={t('span')}
          value={span}
          onChange={(days) => change({ days })}
          options={spans.map((one) => ({ value: one, label: t('span.days', { count: Number(one) }) }))}
        />
      }
    >
      {words.data && figures.data ? <FiguresView figures={figures.data} /> : <SkeletonText lines={6} />}
    </Section>
  )
}

function References({ articleId }: { articleId: Article['id'] }) {
  const t = useWords('article')
  const paths = usePaths()
  const references = useQuery(api.content.getReferences.queryOptions({ input: { id: articleId } }))
  const groups = [
    { name: t('links.to'), rows: references.data?.to ?? [] },
    { name: t('links.from'), rows: references.data?.from ?? [] },
  ].filter(({ rows }) => rows.length > 0)
  if (groups.length === 0) return null
  return (
    <Section title={t('links')}>
      {groups.map(({ name, rows }) => (
        <div key={name}>
          <p className={looks.faint}>{name}</p>
          <ul className={looks.rows}>
            {rows.map((row) => (
              <li key={row.articleId}>
                <a href={paths.article(row.articleId)}>{row.title || t('untitled')}</a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  )
}

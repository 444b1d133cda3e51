/** One edition on all channels, beside each other: what each will show, what it has of its own, and what is wrong with it. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { IconPencil } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import { loadWeights } from '@floowe/contracts/post-text'
import type { Channel } from '@floowe/contracts/channels'
import type { NetworkFacts } from '@floowe/contracts/networks'
import { api } from '../../api/client.ts'
import { usePaths, useRouteParam } from '../../location.ts'
import { NetworkMark } from '../../networks/networks.tsx'
import { LinkButton } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page } from '../../ui/Page.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import { WholeText } from './WholeText.tsx'
import looks from './variants.module.css'

/** It counts as each network does, which takes a library of its own. */
const PostVariant = lazy(async () => {
  const [made] = await Promise.all([import('./PostVariant.tsx'), loadWeights()])
  return { default: made.PostVariant }
})

export function VariantsPage() {
  const t = useWords('variants')
  const formats = useFormats()
  const paths = usePaths()
  const articleId = useRouteParam('articleId')
  const language = useRouteParam('language')
  const { data: article } = useSuspenseQuery(api.content.getArticle.queryOptions({ input: { id: articleId } }))
  const { data: channels } = useSuspenseQuery(api.publishing.listChannels.queryOptions())
  const { data: networks } = useSuspenseQuery(api.publishing.listNetworks.queryOptions())
  const edition = article.editions.find((one) => one.language === language)
  const factsOf = (channel: Channel) => networks.find(({ network }) => network === channel.network)
  // posts first: they are what differs
  const shown = channels.toSorted((a, b) => rankOf(factsOf(a)) - rankOf(factsOf(b)))
  return (
    <Page
      title={t('title')}
      width="full"
      trail={<a href={paths.content()}>{t('trail')}</a>}
      actions={
        <LinkButton href={paths.editor(articleId, language)} icon={<IconPencil />}>
          {t('to-editor')}
        </LinkButton>
      }
    >
      {edition && (
        <p className={looks.lead}>
          <span lang={language}>{edition.title || t('untitled')}</span> · {formats.language(language)}
        </p>
      )}
      {!edition || shown.length === 0 ? (
        <EmptyState drawing="envelope" title={t(edition ? 'no-channels' : 'no-edition')} />
      ) : (
        <ul className={looks.columns} aria-label={t('channels')}>
          {shown.map((channel) => {
            const facts = factsOf(channel)
            return (
              <li key={channel.id} aria-labelledby={`channel-${channel.id}`} className={looks.column}>
                <header className={looks.head}>
                  <NetworkMark network={channel.network} />
                  <h2 id={`channel-${channel.id}`}>{channel.name}</h2>
                </header>
                {channel.state !== 'connected' && <p className={looks.gentle}>{t(`state.${channel.state}`)}</p>}
                <Suspense fallback={<SkeletonText lines={6} />}>
                  {facts?.form === 'post' ? (
                    <PostVariant editionId={edition.id} language={language} channel={channel} facts={facts} />
                  ) : (
                    <WholeText article={article} edition={edition} channel={channel} />
                  )}
                </Suspense>
              </li>
            )
          })}
        </ul>
      )}
    </Page>
  )
}

const rankOf = (facts: NetworkFacts | undefined): number => (facts?.form === 'post' ? 0 : 1)

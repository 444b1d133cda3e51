/** A channel that takes the text whole: everything is the edition's; a newsletter shows it as the letter it will be. */
import { IconLink } from '@tabler/icons-react'
import { lazy } from 'react'
import type { Channel } from '@floowe/contracts/channels'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { loadWords, useWords } from '../../words/words.ts'
import looks from './variants.module.css'

const LetterPanel = lazy(async () => {
  const [panel] = await Promise.all([import('../../planning/LetterPanel.tsx'), loadWords('newsletters', 'planning')])
  return { default: panel.LetterPanel }
})

type Props = { article: Article; edition: EditionSummary; channel: Channel }

export function WholeText({ article: { cover }, edition, channel }: Props) {
  const t = useWords('variants')
  return (
    <>
      <p>
        <StatusBadge tone="neutral" icon={<IconLink />}>
          {t('whole')}
        </StatusBadge>
      </p>
      {channel.network === 'newsletter' ? (
        <LetterPanel editionId={edition.id} language={edition.language} channelId={channel.id} />
      ) : (
        <article className={looks.text} lang={edition.language}>
          {cover && <img src={cover.variants.find(({ width }) => width >= 640)?.url ?? cover.url} alt={cover.alt} />}
          <h3>{edition.title}</h3>
          {edition.lead !== '' && <p>{edition.lead}</p>}
        </article>
      )}
    </>
  )
}

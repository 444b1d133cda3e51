/** Of each part of a post: whether it is the edition's or the channel's own, and the way back. */
import { IconArrowBackUp, IconLink, IconPencil } from '@tabler/icons-react'
import type { NetworkFacts, VariantFields } from '@floowe/contracts/networks'
import { Button } from '../../ui/Button.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { useWords } from '../../words/words.ts'
import { changedIn, type Known, type Part, parts } from './draft.ts'
import looks from './variants.module.css'

type Props = {
  facts: NetworkFacts
  known: Known
  mayChange: boolean
  onChange: (fields: VariantFields) => void
  onReset: (part: Part) => void
}

export function Inherited({ facts, known, mayChange, onChange, onReset }: Props) {
  const t = useWords('variants')
  const changed = changedIn(known.fields)
  const has: Record<Part, boolean> = {
    texts: true,
    mediaIds: facts.media !== null,
    hasLink: true,
    firstComment: facts.firstComment !== null,
  }
  const hasPicture = (known.post.parts[0]?.media.length ?? 0) > 0
  return (
    <dl className={looks.parts}>
      {parts
        .filter((part) => has[part])
        .map((part) => {
          const isOwn = changed.includes(part)
          return (
            <div key={part}>
              <dt>{t(`part.${part}`)}</dt>
              <dd>
                <StatusBadge tone={isOwn ? 'amber' : 'neutral'} icon={isOwn ? <IconPencil /> : <IconLink />}>
                  {t(isOwn ? `own.${part}` : part === 'firstComment' ? 'none' : 'inherited')}
                </StatusBadge>
                {mayChange && isOwn && (
                  <Button
                    size="small"
                    tone="quiet"
                    icon={<IconArrowBackUp />}
                    aria-label={t(`reset.${part}`)}
                    onClick={() => onReset(part)}
                  >
                    {t('to-edition')}
                  </Button>
                )}
                {mayChange && !isOwn && part === 'mediaIds' && hasPicture && (
                  <Button size="small" tone="quiet" onClick={() => onChange({ ...known.fields, mediaIds: [] })}>
                    {t('no-picture')}
                  </Button>
                )}
                {mayChange && !isOwn && part === 'hasLink' && known.post.link && (
                  <Button size="small" tone="quiet" onClick={() => onChange({ ...known.fields, hasLink: false })}>
                    {t('no-link')}
                  </Button>
                )}
              </dd>
            </div>
          )
        })}
    </dl>
  )
}

/** The post as people on the network will see it, and its words to change for this channel. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { lengthOf, ruleFor, split } from '@floowe/contracts/post-text'
import type { NetworkFacts, VariantFields } from '@floowe/contracts/networks'
import type { Channel } from '@floowe/contracts/channels'
import { api, client } from '../api/client.ts'
import { FormProblem } from '../api/FormProblem.tsx'
import { PostPreview } from '../networks/preview/PostPreview.tsx'
import { usePictures } from '../networks/preview/use-pictures.ts'
import { Button } from '../ui/Button.tsx'
import { TextAreaField } from '../ui/Field.tsx'
import { useWords } from '../words/words.ts'
import { FirstCommentField, isFirstComment, problemWord } from './FirstComment.tsx'
import { countedWords, isSame, threadRule, writtenIn } from './post-words.ts'
import looks from './planning.module.css'

type Props = {
  editionId: string
  language: string
  channel: Channel
  facts: NetworkFacts
  /** Told how to keep words that are typed and not kept yet; null when there are none. */
  onDraft: (keep: (() => Promise<void>) | null) => void
}
type Known = Awaited<ReturnType<typeof client.publishing.getVariant>>

export function PostPanel({ editionId, language, channel, facts, onDraft }: Props) {
  const t = useWords('planning')
  const { data, error } = useQuery(
    api.publishing.getVariant.queryOptions({ input: { editionId, channelId: channel.id } }),
  )
  if (error) return <FormProblem error={error} />
  if (!data) return <p className={looks.frozen}>{t('post.loading')}</p>
  return (
    <Shown
      key={data.revision}
      editionId={editionId}
      language={language}
      channel={channel}
      facts={facts}
      known={data}
      onDraft={onDraft}
    />
  )
}

function Shown({ editionId, language, channel, facts, known, onDraft }: Props & { known: Known }) {
  const t = useWords('planning')
  const queries = useQueryClient()
  const addressOf = usePictures(known.post)
  const [texts, setTexts] = useState<string[] | null>(null)
  const [comment, setComment] = useState(known.fields.firstComment ?? '')
  const [problem, setProblem] = useState<unknown>(null)
  const link = known.post.link?.url ?? null
  const keep = async (fields: VariantFields): Promise<void> => {
    await client.publishing.saveVariant({ editionId, channelId: channel.id, fields, basedOn: known.revision })
    await queries.invalidateQueries({ queryKey: api.publishing.getVariant.key() })
  }
  const save = (fields: VariantFields): Promise<void> =>
    keep(fields).then(
      () => {
        setProblem(null)
        setTexts(null)
      },
      (error: unknown) => setProblem(error),
    )
  const written = writtenIn(known)
  const typed = (words: readonly string[]): VariantFields => ({
    ...known.fields,
    // Whoever adds a comment only leaves the words to the article.
    texts: isSame(words, written) ? known.fields.texts : words.filter((text) => text.trim() !== ''),
    firstComment: comment.trim() === '' ? undefined : comment,
  })
  const leave = (): void => {
    setTexts(null)
    setComment(known.fields.firstComment ?? '')
  }
  // Whoever publishes now means the words that stand here.
  useEffect(() => {
    onDraft(texts === null ? null : () => keep(typed(texts)))
    return () => onDraft(null)
  })
  const rule = facts.text && ruleFor(facts.text, (known.post.parts[0]?.media.length ?? 0) > 0)
  const hasPicture = (known.post.parts[0]?.media.length ?? 0) > 0
  const thread = facts.threads && facts.text ? threadRule(facts.text, link) : null
  return (
    <section className={looks.post} aria-label={t('post')}>
      <FormProblem error={problem} />
      {texts === null ? (
        <>
          <div className={looks.preview}>
            <PostPreview
              post={known.post}
              network={channel.network}
              account={channel.account ?? channel.name}
              name={channel.name}
              addressOf={addressOf}
            />
          </div>
          <p className={looks.counts}>
            {known.lengths.map(({ length, max }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
              <span key={index} className={length > max ? looks.over : undefined}>
                {isFirstComment(known.post, index) && `${t('post.comment')}: `}
                {t('post.length', { length, max })}
              </span>
            ))}
          </p>
          {known.problems.map((one) => (
            <p key={`${one.code}-${one.part}`} className={looks.problem} role="status">
              {t(problemWord(one, known.post), { part: one.part + 1, max: one.max ?? 0 })}
            </p>
          ))}
          <div className={looks.postActs}>
            <Button size="small" onClick={() => setTexts(written)}>
              {t('post.change')}
            </Button>
            {known.fields.texts && (
              <Button size="small" tone="quiet" onClick={() => void save({ ...known.fields, texts: undefined })}>
                {t('post.inherit')}
              </Button>
            )}
            {facts.media && (hasPicture || known.fields.mediaIds) && (
              <Button
                size="small"
                tone="quiet"
                onClick={() => void save({ ...known.fields, mediaIds: known.fields.mediaIds ? undefined : [] })}
              >
                {known.fields.mediaIds ? t('post.with-picture') : t('post.without-picture')}
              </Button>
            )}
          </div>
        </>
      ) : (
        <>
          {texts.map((text, index) => (
            <TextAreaField
              // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
              key={index}
              label={texts.length > 1 ? t('post.part', { number: index + 1 }) : t('post.words')}
              value={text}
              rows={5}
              lang={language}
              hint={
                rule &&
                t('post.length', {
                  length: lengthOf(countedWords(text, index, link), rule),
                  max: rule.max,
                })
              }
              onChange={(event) => setTexts(texts.toSpliced(index, 1, event.currentTarget.value))}
            />
          ))}
          <FirstCommentField facts={facts} language={language} value={comment} onChange={setComment} />
          <div className={looks.postActs}>
            <Button size="small" tone="primary" onClick={() => void save(typed(texts))}>
              {t('post.save')}
            </Button>
            {thread && texts.length === 1 && (
              <Button size="small" onClick={() => setTexts(split(texts[0] ?? '', thread))}>
                {t('post.split')}
              </Button>
            )}
            {facts.threads && (
              <Button size="small" icon={<IconPlus />} onClick={() => setTexts([...texts, ''])}>
                {t('post.add-part')}
              </Button>
            )}
            <Button size="small" tone="quiet" icon={<IconX />} onClick={leave}>
              {t('post.leave')}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}

/** The words of a post in fields, part by part, each with its counter; kept or left together. */
import { IconPlus } from '@tabler/icons-react'
import { lengthOf, ruleFor, split } from '@floowe/contracts/post-text'
import type { NetworkFacts } from '@floowe/contracts/networks'
import { FirstCommentField } from '../../planning/FirstComment.tsx'
import { countedWords, threadRule } from '../../planning/post-words.ts'
import { Button } from '../../ui/Button.tsx'
import { TextAreaField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import type { Draft, Known } from './draft.ts'
import looks from './variants.module.css'

type Props = {
  language: string
  facts: NetworkFacts
  known: Known
  draft: Draft
  isDirty: boolean
  onDraft: (draft: Draft) => void
  onKeep: () => void
  onLeave: () => void
}

export function VariantWords({ language, facts, known, draft, isDirty, onDraft, onKeep, onLeave }: Props) {
  const t = useWords('planning')
  const { texts, comment } = draft
  const link = known.post.link?.url ?? null
  const rule = facts.text && ruleFor(facts.text, (known.post.parts[0]?.media.length ?? 0) > 0)
  const thread = facts.threads && facts.text ? threadRule(facts.text, link) : null
  const setTexts = (next: readonly string[]) => onDraft({ ...draft, texts: next })
  return (
    <form
      className={looks.words}
      onSubmit={(event) => {
        event.preventDefault()
        onKeep()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !isDirty) return
        event.preventDefault()
        onKeep()
      }}
    >
      {texts.map((text, index) => (
        <TextAreaField
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
          key={index}
          label={texts.length > 1 ? t('post.part', { number: index + 1 }) : t('post.words')}
          value={text}
          rows={5}
          lang={language}
          hint={rule && t('post.length', { length: lengthOf(countedWords(text, index, link), rule), max: rule.max })}
          onChange={(event) => setTexts(texts.with(index, event.currentTarget.value))}
        />
      ))}
      <FirstCommentField
        facts={facts}
        language={language}
        value={comment}
        onChange={(words) => onDraft({ ...draft, comment: words })}
      />
      <div className={looks.acts}>
        {isDirty && (
          <>
            <Button type="submit" size="small" tone="primary">
              {t('post.save')}
            </Button>
            <Button size="small" tone="quiet" onClick={onLeave}>
              {t('post.leave')}
            </Button>
          </>
        )}
        {thread && texts.length === 1 && lengthOf(texts[0] ?? '', thread) > thread.max && (
          <Button size="small" onClick={() => setTexts(split(texts[0] ?? '', thread))}>
            {t('post.split')}
          </Button>
        )}
        {facts.threads && (
          <Button size="small" tone="quiet" icon={<IconPlus />} onClick={() => setTexts([...texts, ''])}>
            {t('post.add-part')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** The last part of the address. It follows the title until it is chosen or readers know it. */
import { IconArrowRight } from '@tabler/icons-react'
import { Button } from '../../../ui/Button.tsx'
import { TextField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'
import type { Desk } from '../writing/desk.ts'
import { useFields } from '../writing/use-desk.ts'
import { slugTyped } from './meta-counters.ts'

export function SlugField({ desk, language, mayWrite }: { desk: Desk; language: string; mayWrite: boolean }) {
  const t = useWords('editor')
  const { slug, slugProblem } = useFields(desk)
  const suggestion = slugProblem?.suggestion
  return (
    <div className={looks.section}>
      <TextField
        label={t('slug')}
        hint={t('slug.hint')}
        problem={slugProblem && t('slug.taken', { slug: slugProblem.wanted })}
        value={slug}
        readOnly={!mayWrite}
        maxLength={120}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        onChange={(event) => desk.change({ slug: slugTyped(event.currentTarget.value, language) })}
      />
      {suggestion && (
        <Button size="small" icon={<IconArrowRight />} onClick={() => desk.change({ slug: suggestion })}>
          {t('slug.take', { slug: suggestion })}
        </Button>
      )}
    </div>
  )
}

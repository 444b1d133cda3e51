/** What a network would refuse of a post, and how long its parts are as it counts. */
import type { client } from '../../api/client.ts'
import { isFirstComment, problemWord } from '../../planning/FirstComment.tsx'
import { useWords } from '../../words/words.ts'
import looks from './variants.module.css'

type Shown = Awaited<ReturnType<typeof client.publishing.previewPost>>

export function Said({ shown: { post, lengths, problems }, hasLengths }: { shown: Shown; hasLengths: boolean }) {
  const t = useWords('planning')
  return (
    <>
      {hasLengths && (
        <p className={looks.counts}>
          {lengths.map(({ length, max }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
            <span key={index} data-over={length > max || undefined}>
              {isFirstComment(post, index) && `${t('post.comment')}: `}
              {t('post.length', { length, max })}
            </span>
          ))}
        </p>
      )}
      <div role="status">
        {problems.map((one) => (
          <p key={`${one.code}-${one.part}`} className={looks.problem}>
            {t(problemWord(one, post), { part: one.part + 1, max: one.max ?? 0 })}
          </p>
        ))}
      </div>
    </>
  )
}

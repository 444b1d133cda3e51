/** The first comment under a post: its field with a counter. */
import { lengthOf } from '@floowe/contracts/post-text'
import type { NetworkFacts, Post, PostProblem } from '@floowe/contracts/networks'
import { TextAreaField } from '../ui/Field.tsx'
import { useWords } from '../words/words.ts'

type FieldProps = { facts: NetworkFacts; language: string; value: string; onChange: (words: string) => void }

/** Nothing where the network has none. */
export function FirstCommentField({ facts: { text, firstComment }, language, value, onChange }: FieldProps) {
  const t = useWords('planning')
  if (!text || !firstComment) return null
  const { max } = firstComment
  return (
    <TextAreaField
      label={t('post.comment')}
      isOptional
      value={value}
      rows={3}
      lang={language}
      hint={t('post.length', { length: lengthOf(value.trim(), { ...text, max }), max })}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** It is counted behind the last part. */
export const isFirstComment = ({ parts }: Post, index: number): boolean => index === parts.length

export const problemWord = ({ code, part }: PostProblem, post: Post) =>
  code === 'text-too-long' && isFirstComment(post, part)
    ? ('post.problem.comment-too-long' as const)
    : (`post.problem.${code}` as const)

/** Keys for comments, in the text and beside it. */
import { useKeys } from '../../../ui/keys.tsx'
import { useWords } from '../../../words/words.ts'

export function useCommentKeys({ comment, walk }: { comment: () => void; walk: (by: 1 | -1) => void }): void {
  const t = useWords('comments')
  const group = t('title')
  useKeys([
    { keys: 'mod+alt+m', label: t('keys.new'), group, run: comment, whileTyping: true },
    { keys: 'alt+j', label: t('keys.next'), group, run: () => walk(1), whileTyping: true },
    { keys: 'alt+k', label: t('keys.previous'), group, run: () => walk(-1), whileTyping: true },
  ])
}

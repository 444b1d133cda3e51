/** An address that ends with the id of a thread opens it: a notice of a mention leads there. */
import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { CommentThread } from '@floowe/contracts/writing'

export function useLinkedThread(threads: readonly CommentThread[], open: (thread: CommentThread) => void): void {
  const linked = useLocation({ select: ({ hash }) => hash })
  const thread = linked === '' ? undefined : threads.find(({ id }) => id === linked)
  useEffect(() => {
    if (thread) open(thread)
    // once for each address, not with each answer in the thread
  }, [thread?.id])
}

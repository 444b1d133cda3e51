/** The door: brings the preview and its words when one is shown. It waits, so something above has to say so meanwhile (Suspense). */
import { lazy } from 'react'
import { loadWords } from '../../words/words.ts'

export const PostPreview = lazy(async () => {
  const [shown] = await Promise.all([import('./PostShown.tsx'), loadWords('networks')])
  return { default: shown.PostShown }
})

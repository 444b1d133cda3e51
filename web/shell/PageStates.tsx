/** What stands in for a page: nothing found, something broke, still coming. */
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useConnection } from '../api/connection.ts'
import { useRefusalWords } from '../api/refusal-words.ts'
import { isPassing, isRefusal } from '../api/refusals.ts'
import { lazyPage } from '../lazy-page.tsx'
import { isMissingFile, reloadWhenServed } from '../missing-files.ts'
import { entryPaths } from '../paths.ts'
import { LinkButton } from '../ui/Button.tsx'
import { ErrorPanel } from '../ui/ErrorPanel.tsx'
import { Page } from '../ui/Page.tsx'
import { SkeletonRows } from '../ui/Skeletons.tsx'
import { useWords } from '../words/words.ts'

/** Outside the shell, where no other main part stands around it. */
export function NotFoundAlone() {
  return (
    <main>
      <NotFound />
    </main>
  )
}

/** Fetched when it is needed: most people never see its drawing. */
export const NotFound = lazyPage(async () => (await import('./NotFound.tsx')).NotFound)

export function PageErrorAlone(props: ErrorComponentProps) {
  return (
    <main>
      <PageError {...props} />
    </main>
  )
}

/** What failed because nobody answered is tried again as soon as somebody does. */
function useWhenAnswered(isUnanswered: boolean, again: () => void): void {
  const connection = useConnection()
  const shown = useRef<typeof connection>(null)
  useEffect(() => {
    const isBack = shown.current !== null && shown.current !== connection
    shown.current = connection
    if (isUnanswered && isBack && connection === 'online') again()
  })
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useWords('common')
  const inWords = useRefusalWords()
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  const isFile = isMissingFile(error)
  const again = () => {
    if (isFile) return location.reload()
    queries.reset()
    reset()
    void router.invalidate()
  }
  useWhenAnswered(isFile || isPassing(error), isFile ? () => void reloadWhenServed() : again)
  useEffect(() => {
    if (isFile) void reloadWhenServed()
  }, [isFile])
  if (isRefusal(error, 'not-found')) return <NotFound />
  const { title, advice, requestId } = inWords(error)
  // asking once more would change nothing
  const isForbidden = isRefusal(error, 'not-allowed')
  return (
    <Page title={isForbidden ? t('forbidden.title') : t('error.title')} width="reading">
      <ErrorPanel
        title={title}
        advice={advice}
        requestId={requestId}
        onRetry={isForbidden ? undefined : again}
        actions={
          <LinkButton size="small" href={entryPaths.home()}>
            {t('error.home')}
          </LinkButton>
        }
      />
    </Page>
  )
}

export function PagePending() {
  return (
    <div style={{ padding: 'calc(var(--bar) + 24px) var(--page-x)' }}>
      <SkeletonRows rows={8} />
    </div>
  )
}

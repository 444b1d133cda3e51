/** What stands in for a page: nothing found, something broke, still coming. */
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { useRefusalWords } from '../api/refusal-words.ts'
import { isRefusal } from '../api/refusals.ts'
import { entryPaths } from '../paths.ts'
import { LinkButton } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
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

export function NotFound() {
  const t = useWords('shell')
  return (
    <Page title={t('notFound.title')}>
      <EmptyState
        drawing="map"
        title={t('notFound.heading')}
        action={
          <LinkButton tone="primary" href={entryPaths.home()}>
            {t('notFound.action')}
          </LinkButton>
        }
      >
        {t('notFound.words')}
      </EmptyState>
    </Page>
  )
}

export function PageErrorAlone(props: ErrorComponentProps) {
  return (
    <main>
      <PageError {...props} />
    </main>
  )
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useWords('shell')
  const inWords = useRefusalWords()
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  if (isRefusal(error, 'not-found')) return <NotFound />
  const { title, advice, requestId } = inWords(error)
  const again = () => {
    queries.reset()
    reset()
    void router.invalidate()
  }
  return (
    <Page title={t('error.title')} width="reading">
      <ErrorPanel
        title={title}
        advice={advice}
        requestId={requestId}
        onRetry={again}
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

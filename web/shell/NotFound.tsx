import { entryPaths } from '../paths.ts'
import { LinkButton } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Page } from '../ui/Page.tsx'
import { useWords } from '../words/words.ts'

export function NotFound() {
  const t = useWords('common')
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

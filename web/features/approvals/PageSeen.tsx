/** A whole text as readers will see it, and what goes with it unseen: its address, what search engines are told, its links. */
import { useMemo } from 'react'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { linksIn } from './links.ts'
import type { PageShown } from './page-document.ts'
import { SandboxedPage } from './SandboxedPage.tsx'

export function PageSeen({ page, language }: { page: PageShown; language: string }) {
  const t = useWords('approvals')
  const formats = useFormats()
  const links = useMemo(() => linksIn(page.html), [page.html])
  const facts = [
    ['page.title', page.title],
    ['page.lead', page.lead],
    ['page.slug', `/${page.slug}`],
    ['page.meta-title', page.metaTitle],
    ['page.meta-description', page.metaDescription],
    ['page.authors', formats.list(page.authors)],
    ['page.categories', formats.list(page.categories)],
    ['page.tags', formats.list(page.tags)],
  ] as const
  return (
    <>
      <SandboxedPage page={page} language={language} />
      <dl className={looks.facts} lang={language}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([word, value]) => (
            <div key={word}>
              <dt lang={document.documentElement.lang}>{t(word)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {links.length > 0 && (
        <details className={looks.links}>
          <summary>{t('page.links', { count: links.length })}</summary>
          <ul lang={language}>
            {links.map(({ href, words }) => (
              <li key={href}>
                <a href={href} target="_blank" rel="noopener noreferrer">
                  {words || href}
                </a>
                <span>{href}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

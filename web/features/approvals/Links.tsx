/** Where a text leads, to be looked at before one agrees to it. */
import { useMemo } from 'react'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { linksIn } from './links.ts'

export function Links({ html, language }: { html: string; language: string }) {
  const t = useWords('approvals')
  const links = useMemo(() => linksIn(html), [html])
  if (links.length === 0) return null
  return (
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
  )
}

/** A whole text as readers will see it, and what goes with it unseen: its address, what search engines are told, its links. */
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { Links } from './Links.tsx'
import type { PageShown } from './page-document.ts'
import { SandboxedPage } from './SandboxedPage.tsx'

export function PageSeen({ page, language }: { page: PageShown; language: string }) {
  const t = useWords('approvals')
  const formats = useFormats()
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
      <Links html={page.html} language={language} />
    </>
  )
}

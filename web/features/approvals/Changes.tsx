/** What differs between two payloads, word by word. */
import { useMemo } from 'react'
import type { ApprovalPayload } from '@floowe/contracts/approvals'
import type { Post } from '@floowe/contracts/networks'
import { DiffLegend, DiffLines, PlainDiff } from '../../difference/DiffLines.tsx'
import { linesOfHtml } from '../../difference/html-lines.ts'
import { diffLines } from '../../difference/text-diff.ts'
import { useFormats } from '../../ui/formats.ts'
import { Note } from '../../ui/ErrorPanel.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { changedParts, picturesOf } from './changes.ts'
import type { PageShown } from './page-document.ts'

type ChangesProps = { before: ApprovalPayload; after: ApprovalPayload; language: string }

export function Changes({ before, after, language }: ChangesProps) {
  const t = useWords('approvals')
  if (before.post && after.post) return <PostChanges before={before.post} after={after.post} />
  if (before.page && after.page) return <PageChanges before={before.page} after={after.page} language={language} />
  return <Note tone="amber">{t('changes.not-comparable')}</Note>
}

function PostChanges({ before, after }: { before: Post; after: Post }) {
  const t = useWords('approvals')
  const said = useWords('difference')
  const parts = changedParts(before, after)
  const count = parts.filter(({ isComment }) => !isComment).length
  const [was, is] = [picturesOf(before), picturesOf(after)]
  const isSame = parts.every(({ before: one, after: other }) => one === other) && was === is
  return (
    <>
      <p className={looks.summary}>{isSame ? said('same') : <DiffLegend />}</p>
      <ol className={looks.thread} lang={after.language}>
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
          <li key={index} className={looks.changedPart}>
            {parts.length > 1 && (
              <p className={looks.postHead} lang={document.documentElement.lang}>
                <span>{part.isComment ? t('post.comment') : t('post.part', { part: index + 1, parts: count })}</span>
              </p>
            )}
            <p className={looks.postText}>
              <PlainDiff before={part.before} after={part.after} />
            </p>
          </li>
        ))}
      </ol>
      {was !== is && (
        <dl className={looks.facts}>
          <div>
            <dt>{t('changes.pictures')}</dt>
            <dd className={looks.lines}>
              <PlainDiff before={was} after={is} />
            </dd>
          </div>
        </dl>
      )}
    </>
  )
}

function PageChanges({ before, after, language }: { before: PageShown; after: PageShown; language: string }) {
  const t = useWords('approvals')
  const said = useWords('difference')
  const formats = useFormats()
  const lines = useMemo(() => diffLines(linesOfHtml(before.html), linesOfHtml(after.html)), [before.html, after.html])
  const facts = (page: PageShown) =>
    [
      ['page.slug', `/${page.slug}`],
      ['page.meta-title', page.metaTitle],
      ['page.meta-description', page.metaDescription],
      ['page.cover', page.cover?.alt || page.cover?.url || ''],
      ['page.authors', formats.list(page.authors)],
      ['page.categories', formats.list(page.categories)],
      ['page.tags', formats.list(page.tags)],
    ] as const
  const was = facts(before)
  const details = facts(after)
    .map(([word, value], index) => ({ word, before: was[index]?.[1] ?? '', after: value }))
    .filter((one) => one.before !== one.after)
  const isSame =
    details.length === 0 &&
    before.title === after.title &&
    before.lead === after.lead &&
    lines.every(({ state }) => state === 'same')
  return (
    <>
      <p className={looks.summary}>{isSame ? said('same') : <DiffLegend />}</p>
      <div className={looks.changedPage} lang={language}>
        <p className={looks.changedTitle}>
          <PlainDiff before={before.title} after={after.title} />
        </p>
        {(before.lead || after.lead) && (
          <p className={looks.changedLead}>
            <PlainDiff before={before.lead} after={after.lead} />
          </p>
        )}
        <DiffLines lines={lines} />
      </div>
      {details.length > 0 && (
        <dl className={looks.facts}>
          {details.map((one) => (
            <div key={one.word}>
              <dt>{t(one.word)}</dt>
              <dd lang={language}>
                <PlainDiff before={one.before} after={one.after} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

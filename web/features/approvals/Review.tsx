/** What is to be decided upon, word for word; and against what was seen the last time. */
import { useState } from 'react'
import type { ApprovalPayload, DecidedBefore } from '@floowe/contracts/approvals'
import type { Network } from '@floowe/contracts/networks'
import { Note } from '../../ui/ErrorPanel.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { Changes } from './Changes.tsx'
import { LetterSeen } from './LetterSeen.tsx'
import { PageSeen } from './PageSeen.tsx'
import { PostSeen } from './PostSeen.tsx'

export type Reviewed = {
  payload: ApprovalPayload
  approvedBefore: ApprovalPayload | null
  decidedBefore: DecidedBefore | null
  network: Network
  channelName: string
  channelAccount: string | null
  dueAt: string
  language: string
}
type View = 'whole' | 'since-decided' | 'since-approved'

/** Nothing can be agreed to that cannot be shown. */
export const isReadable = ({ post, page }: ApprovalPayload): boolean => post !== null || page !== null

/** @param own whose word before is called theirs */
export function Review({ reviewed, own }: { reviewed: Reviewed; own: string | null }) {
  const t = useWords('approvals')
  const { payload, approvedBefore, decidedBefore } = reviewed
  const bases: Partial<Record<View, ApprovalPayload>> = {
    ...(decidedBefore && { 'since-decided': decidedBefore.payload }),
    ...(approvedBefore && decidedBefore?.decision !== 'approved' && { 'since-approved': approvedBefore }),
  }
  const views = Object.keys(bases) as View[] // just made of them
  const [view, setView] = useState<View>(views[0] ?? 'whole')
  const before = bases[view]
  if (!isReadable(payload)) return <Note tone="clay">{t('unreadable')}</Note>
  return (
    <div className={looks.review}>
      {decidedBefore && <Before word={decidedBefore} isOwn={own !== null && decidedBefore.byName === own} />}
      {views.length > 0 && (
        <Segmented
          label={t('view')}
          value={view}
          onChange={setView}
          options={[...views, 'whole' as const].map((one) => ({
            value: one,
            label: t(views.length === 1 && one !== 'whole' ? 'view.changes' : `view.${one}`),
          }))}
        />
      )}
      {before ? <Changes before={before} after={payload} language={reviewed.language} /> : <Seen reviewed={reviewed} />}
    </div>
  )
}

function Seen({ reviewed }: { reviewed: Reviewed }) {
  const { payload, network, channelName, channelAccount, dueAt, language } = reviewed
  const { post, page, letter, pictures } = payload
  if (post)
    return (
      <PostSeen
        {...{ post, pictures, network, channelName, channelAccount }}
        at={Date.parse(dueAt) > Date.now() ? dueAt : null}
      />
    )
  if (letter) return <LetterSeen letter={letter} text={page?.html ?? ''} language={language} />
  return page && <PageSeen page={page} language={language} />
}

function Before({ word, isOwn }: { word: DecidedBefore; isOwn: boolean }) {
  const t = useWords('approvals')
  const formats = useFormats()
  const who = word.byName ?? t('someone')
  return (
    <div className={looks.before}>
      <p>{t(isOwn ? `before.own.${word.decision}` : `before.${word.decision}`, { who, at: formats.date(word.at) })}</p>
      {word.comment !== '' && <blockquote className={looks.said}>{word.comment}</blockquote>}
    </div>
  )
}

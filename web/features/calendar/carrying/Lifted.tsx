/** What is carried: under the pointer, or for the keys in a strip below, with where it would land and what stands against it. Said aloud. */
import { type RefObject, useEffect, useState } from 'react'
import { Conflicts } from '../../../planning/Conflicts.tsx'
import { standingLook } from '../../../statuses/statuses.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { KeyHint } from '../../../ui/KeyHint.tsx'
import { useSurroundings } from '../../../ui/surroundings.tsx'
import { useWords } from '../../../words/words.ts'
import { isEditorial } from '../columns.ts'
import { useVerdictWords } from '../verdict-words.ts'
import { EntryFace } from '../Entry.tsx'
import { readingElsewhere } from '../hours.ts'
import shared from '../calendar.module.css'
import { type Carried, type Target, useCarried, useCarry } from './carry.ts'
import looks from './carrying.module.css'
import type { Verdict } from './verdict.ts'

export function Lifted({ ref }: { ref: RefObject<HTMLDivElement | null> }) {
  const carry = useCarry()
  const state = useCarried((now) => now)
  const { zone } = useSurroundings()
  const verdict = useCarried((now) => (now.by === null ? null : carry.verdictOf(now.target)))
  return (
    <>
      {state.by === 'pointer' && (
        <div ref={ref} className={looks.lifted} aria-hidden="true">
          <Face carried={state.carried} zone={zone} />
          <Landing carried={state.carried} target={state.target} verdict={verdict} />
        </div>
      )}
      {state.by === 'keys' && (
        <div className={looks.strip} aria-hidden="true">
          <strong>{titleOf(state.carried)}</strong>
          <Landing carried={state.carried} target={state.target} verdict={verdict} />
          <StripKeys />
        </div>
      )}
      <Announcer />
    </>
  )
}

const titleOf = (carried: Carried): string =>
  carried.kind === 'delivery' ? carried.delivery.title : carried.idea.title

function Face({ carried, zone }: { carried: Carried; zone: string }) {
  const t = useWords('calendar')
  if (carried.kind === 'delivery')
    return (
      <div className={shared.entry} data-tone={standingLook(carried.delivery).tone} data-lifted>
        <EntryFace delivery={carried.delivery} zone={zone} />
      </div>
    )
  return (
    <div className={shared.entry} data-tone="neutral" data-lifted>
      <span className={shared.entryTitle}>{carried.idea.title || t('untitled')}</span>
    </div>
  )
}

/** Where it would land, in words. */
function useWhere(): (carried: Carried, target: Target | null, verdict: Verdict | null) => string {
  const t = useWords('calendar')
  const inWords = useWords('statuses')
  const formats = useFormats()
  const { zone } = useSurroundings()
  return (carried, target, verdict) => {
    if (!target) return ''
    if (target.kind === 'column')
      return isEditorial(target.column)
        ? inWords(`edition.${target.column}`)
        : t(`column.${target.column}` as 'column.planned') // the board's columns have these names
    const day = formats.shortDay(`${target.day}T12:00:00Z`, 'UTC')
    if (!verdict?.dueAt || (carried.kind === 'idea' && target.kind === 'day')) return day
    const elsewhere = readingElsewhere({ dueAt: verdict.dueAt, ...wallOf(verdict) }, zone)
    const here = `${day}, ${formats.time(verdict.dueAt, zone)}`
    return elsewhere ? `${here} ${t('elsewhere', elsewhere)}` : here
  }
}

const wallOf = (verdict: Verdict) => ({
  wallTime: verdict.wanted?.wallTime ?? null,
  zone: verdict.wanted?.zone ?? null,
})

function Landing(props: { carried: Carried; target: Target | null; verdict: Verdict | null }) {
  const t = useWords('calendar')
  const where = useWhere()
  const { carried, target, verdict } = props
  if (!target) return null
  return (
    <div className={looks.landingWords} data-verdict={verdict?.weight}>
      <p>{where(carried, target, verdict)}</p>
      {verdict?.why && <p>{t(`why.${verdict.why}`)}</p>}
      {verdict && <Conflicts conflicts={verdict.conflicts} />}
    </div>
  )
}

function StripKeys() {
  const t = useWords('calendar')
  return (
    <p className={looks.stripKeys}>
      <KeyHint keys="enter" /> {t('strip.drop')} <KeyHint keys="escape" /> {t('strip.back')} <KeyHint keys="s" />{' '}
      {t('strip.slot')}
    </p>
  )
}

/** Each place is said with what stands against it, and in the end what became of it. */
function Announcer() {
  const t = useWords('calendar')
  const carry = useCarry()
  const where = useWhere()
  const verdictWords = useVerdictWords()
  const state = useCarried((now) => now)
  const verdict = useCarried((now) => (now.by === null ? null : carry.verdictOf(now.target)))
  const [said, setSaid] = useState('')
  const place =
    state.by === 'keys' && state.target
      ? [where(state.carried, state.target, verdict), ...(verdict ? verdictWords(verdict) : [])].join('. ')
      : ''
  const title = state.by === 'keys' ? titleOf(state.carried) || t('untitled') : ''
  useEffect(() => {
    setSaid((before) => (title === '' ? '' : before === '' ? t('lifted', { title, place }) : place))
  }, [title, place, t])
  return (
    <p className="only-read" role="status" aria-live="assertive" data-announcer>
      {said}
    </p>
  )
}

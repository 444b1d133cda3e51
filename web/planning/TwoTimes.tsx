/** A clock that jumps makes one reading mean no moment, or two. The person chooses; nothing is guessed. */
import type { Refusal } from '../api/refusals.ts'
import { Button } from '../ui/Button.tsx'
import { useFormats } from '../ui/formats.ts'
import { useWords } from '../words/words.ts'
import looks from './planning.module.css'

export function TwoTimes({
  refusal,
  zone,
  onPick,
}: {
  refusal: Refusal
  zone: string
  onPick: (pick: 'earlier' | 'later') => void
}) {
  const t = useWords('planning')
  const formats = useFormats()
  const offered = (['earlier', 'later'] as const)
    .map((pick) => ({ pick, at: String(refusal.data[pick] ?? '') }))
    .filter(({ at }) => at !== '')
  return (
    <div role="alert" className={looks.twoTimes}>
      <p>{refusal.code === 'time-exists-twice' ? t('twice', { zone }) : t('gap', { zone })}</p>
      <div className={looks.picks}>
        {offered.map(({ pick, at }) => (
          <Button key={pick} onClick={() => onPick(pick)}>
            {t(`pick.${pick}`, { at: formats.time(at, zone), utc: formats.time(at, 'UTC') })}
          </Button>
        ))}
      </div>
    </div>
  )
}

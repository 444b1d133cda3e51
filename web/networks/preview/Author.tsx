/** Who posts, and when. */
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import type { Shown } from './PostShown.tsx'
import looks from './preview.module.css'

/** Of an account Floowe knows no picture. */
export function Face({ account, shape = 'round' }: { account: string; shape?: 'round' | 'square' }) {
  const letter = Array.from(account.replace(/^@/, ''))[0] ?? ''
  return (
    <span className={looks.face} data-shape={shape} aria-hidden="true">
      {letter.toLocaleUpperCase()}
    </span>
  )
}

export function When({ at, as }: Pick<Shown, 'at'> & { as: 'shortDate' | 'time' }) {
  const t = useWords('networks')
  return at ? <Time at={at} as={as} /> : <span>{t('now')}</span>
}

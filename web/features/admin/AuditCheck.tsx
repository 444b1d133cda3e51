/** Whether the log is as it was written: looked through part by part when somebody asks, told in one line. */
import { IconAlertTriangle, IconCircleCheck, IconShieldCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { AuditDamage } from '@floowe/contracts/identity'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { isKnownWord, useWords } from '../../words/words.ts'
import type { WordKey } from '../../words/namespaces.ts'
import looks from './admin.module.css'

type Verdict = { checked: number; notCheckable: number; damage: AuditDamage | null }
/** Of some ten thousand entries each. */
const partsMax = 100_000

export function AuditCheck({ total }: { total: number }) {
  const t = useWords('audit')
  const common = useWords('common')
  const tell = useRefusalToast()
  const stopper = useRef(new AbortController())
  const [done, setDone] = useState(0)
  const { mutate, data, isPending } = useMutation({
    mutationFn: () => checkAll(stopper.current.signal, setDone),
    onError: (error) => stopper.current.signal.aborted || tell(error),
  })
  // Whoever leaves the page does not wait for it.
  useEffect(() => () => stopper.current.abort(), [])
  const begin = (): void => {
    stopper.current = new AbortController()
    setDone(0)
    mutate()
  }
  return (
    <div className={looks.check}>
      <Button tone="quiet" size="small" icon={<IconShieldCheck size={16} />} busy={isPending} onClick={begin}>
        {t('check')}
      </Button>
      <div role="status" className={looks.verdict}>
        {isPending && done > 0 && <span>{t('check.running', { done, total })}</span>}
        {!isPending && data && <Outcome verdict={data} />}
      </div>
      {isPending && done > 0 && (
        <>
          <progress className={looks.bar} value={done} max={total} aria-label={t('check')} />
          <Button tone="quiet" size="small" onClick={() => stopper.current.abort()}>
            {common('cancel')}
          </Button>
        </>
      )}
    </div>
  )
}

async function checkAll(signal: AbortSignal, hear: (done: number) => void): Promise<Verdict> {
  const sum: Verdict = { checked: 0, notCheckable: 0, damage: null }
  let after = 0
  for (let part = 0; part < partsMax; part++) {
    const { checked, notCheckable, damage, next } = await client.identity.verifyAudit({ after }, { signal })
    sum.checked += checked
    sum.notCheckable += notCheckable
    sum.damage = damage
    if (next === null) break
    after = next
    hear(after)
  }
  return sum
}

function Outcome({ verdict: { checked, notCheckable, damage } }: { verdict: Verdict }) {
  const t = useWords('audit')
  const older = notCheckable > 0 && <span>{t('check.notCheckable', { count: notCheckable })}</span>
  if (!damage)
    return (
      <>
        <StatusBadge tone="moss" icon={<IconCircleCheck />}>
          {t('check.whole')}
        </StatusBadge>
        <span>{t('check.entries', { count: checked })}</span>
        {older}
      </>
    )
  const { seq, problem, entry } = damage
  const event = `event.${entry?.event}`
  return (
    <>
      <StatusBadge tone="clay" icon={<IconAlertTriangle />}>
        {t('check.damaged')}
      </StatusBadge>
      <span>{t(`check.${problem}`, { seq })}</span>
      {entry && (
        <span>
          {isKnownWord('audit', event) ? t(event as WordKey<'audit'>) /* known: just asked */ : entry.event},{' '}
          <Time at={entry.at} />
        </span>
      )}
      {older}
      <span>{t('check.what')}</span>
    </>
  )
}

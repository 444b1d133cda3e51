/** How far it is: each step with whom it asks, and who said what, when. */
import {
  IconArrowBackUp,
  IconCheck,
  IconCircleDashed,
  IconHourglassHigh,
  IconMinus,
  type Icon,
} from '@tabler/icons-react'
import type { Approval } from '@floowe/contracts/approvals'
import { useDeciders } from '../../approving/deciders.ts'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'

type StepState = 'agreed' | 'changes' | 'asked' | 'later' | 'over'
const marks: Readonly<Record<StepState, Icon>> = {
  agreed: IconCheck,
  changes: IconArrowBackUp,
  asked: IconHourglassHigh,
  later: IconCircleDashed,
  over: IconMinus,
}

/** Pure. What became of a step: those behind the one that is asked have agreed, those before it wait. */
export function stepStateOf({ state, step }: Pick<Approval, 'state' | 'step'>, index: number): StepState {
  if (index < step) return 'agreed'
  if (index > step) return state === 'open' ? 'later' : 'over'
  if (state === 'changes-requested') return 'changes'
  return state === 'open' ? 'asked' : 'over'
}

export function Steps({ approval }: { approval: Approval }) {
  const t = useWords('approvals')
  const inPlan = useWords('approving')
  const deciders = useDeciders()
  const { steps, decisions } = approval
  return (
    <ol className={looks.steps} aria-label={t('steps')}>
      {steps.map((step, index) => {
        const state = stepStateOf(approval, index)
        const Mark = marks[state]
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place
          <li key={index} data-state={state} aria-current={state === 'asked' ? 'step' : undefined}>
            <span className={looks.stepMark}>
              <Mark aria-hidden="true" />
            </span>
            <div>
              <p>
                <strong>
                  {step.name || (steps.length > 1 ? inPlan('step.unnamed', { number: index + 1 }) : t('step'))}
                </strong>{' '}
                <span className={looks.faint}>{t(`step.${state}`)}</span>
              </p>
              {state !== 'agreed' && <p className={looks.faint}>{t('step.asks', { who: deciders(step) })}</p>}
              {decisions
                .filter((one) => one.step === index)
                .map((one) => (
                  <div key={one.by} className={looks.decided}>
                    <p>
                      {t(one.isApprover ? `decided.${one.decision}.by-link` : `decided.${one.decision}`, {
                        who: one.byName ?? t('someone'),
                      })}
                      , <Time at={one.at} />
                    </p>
                    {one.comment !== '' && <blockquote className={looks.said}>{one.comment}</blockquote>}
                  </div>
                ))}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** The steps in their order: named, each with whom it asks. Moved by buttons or Alt and the arrows. */
import { useQuery } from '@tanstack/react-query'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash, IconX } from '@tabler/icons-react'
import { Fragment, useEffect, useRef, useState } from 'react'
import type { ApprovalStep } from '@floowe/contracts/approvals'
import { api } from '../../api/client.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Menu, MenuHeading, MenuItem } from '../../ui/Menu.tsx'
import { useWords } from '../../words/words.ts'
import looks from './settings.module.css'
import { decidersOf, moved, newStep, stepsMax, withDecider, withoutDecider } from './steps-draft.ts'

type EditorProps = {
  steps: readonly ApprovalStep[]
  isFixed: boolean
  onChange: (steps: readonly ApprovalStep[]) => void
}

export function StepsEditor({ steps, isFixed, onChange }: EditorProps) {
  const t = useWords('approvals')
  const list = useRef<HTMLOListElement>(null)
  /** The step that has just moved: the focus goes with it. */
  const [followed, setFollowed] = useState<number | null>(null)
  useEffect(() => {
    if (followed === null) return
    list.current?.children[followed]?.querySelector('input')?.focus()
    setFollowed(null)
  }, [followed])
  const move = (from: number, to: number) => {
    const next = moved(steps, from, to)
    if (next === steps) return
    onChange(next)
    setFollowed(to)
  }
  return (
    <div className={looks.steps}>
      <p id="how-to-move-steps" className={looks.faint}>
        {t('steps.how')}
      </p>
      <ol ref={list}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place
          <li key={index}>
            <StepCard
              step={step}
              number={index + 1}
              isFixed={isFixed}
              isOnly={steps.length === 1}
              isFirst={index === 0}
              isLast={index === steps.length - 1}
              onChange={(next) => onChange(steps.with(index, next))}
              onMove={(by) => move(index, index + by)}
              onRemove={() => onChange(steps.toSpliced(index, 1))}
            />
          </li>
        ))}
      </ol>
      {!isFixed && (
        <Button
          size="small"
          icon={<IconPlus />}
          disabledWhy={steps.length >= stepsMax && t('steps.full', { max: stepsMax })}
          onClick={() => {
            onChange([...steps, newStep])
            setFollowed(steps.length)
          }}
        >
          {t('steps.add')}
        </Button>
      )}
    </div>
  )
}

type CardProps = {
  step: ApprovalStep
  number: number
  isFixed: boolean
  isOnly: boolean
  isFirst: boolean
  isLast: boolean
  onChange: (step: ApprovalStep) => void
  onMove: (by: number) => void
  onRemove: () => void
}

function StepCard({ step, number, isFixed, isOnly, isFirst, isLast, onChange, onMove, onRemove }: CardProps) {
  const t = useWords('approvals')
  return (
    <section
      className={looks.step}
      aria-label={t('step.number', { number })}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
        if (!event.altKey || by === undefined || isFixed) return
        event.preventDefault()
        onMove(by)
      }}
    >
      <span className={looks.number} aria-hidden="true">
        {number}
      </span>
      <div className={looks.stepBody}>
        <TextField
          label={t('step.name')}
          isOptional
          value={step.name}
          maxLength={60}
          readOnly={isFixed}
          placeholder={t('step.name.example')}
          aria-describedby="how-to-move-steps"
          onChange={(event) => onChange({ ...step, name: event.currentTarget.value })}
        />
        <Deciders step={step} isFixed={isFixed} onChange={onChange} />
      </div>
      {!isFixed && (
        <div className={looks.acts}>
          <IconButton size="small" label={t('step.up', { number })} disabled={isFirst} onClick={() => onMove(-1)}>
            <IconArrowUp />
          </IconButton>
          <IconButton size="small" label={t('step.down', { number })} disabled={isLast} onClick={() => onMove(1)}>
            <IconArrowDown />
          </IconButton>
          <IconButton size="small" label={t('step.remove', { number })} disabled={isOnly} onClick={onRemove}>
            <IconTrash />
          </IconButton>
        </div>
      )}
    </section>
  )
}

const roles = ['owner', 'admin', 'editor', 'author', 'viewer'] as const

/** Roles, members and people by link, one list to add from and one to take out of. */
function Deciders({ step, isFixed, onChange }: Pick<CardProps, 'step' | 'isFixed' | 'onChange'>) {
  const t = useWords('approvals')
  const said = useWords('approving')
  const { data: members = [] } = useQuery(api.identity.listMembers.queryOptions())
  const { data: approvers = [] } = useQuery(api.publishing.listApprovers.queryOptions())
  const groups = [
    { word: 'step.who.roles', offered: roles.map((role) => ({ key: `role:${role}`, label: said(`who.${role}`) })) },
    { word: 'step.who.members', offered: members.map(({ userId, name }) => ({ key: `user:${userId}`, label: name })) },
    {
      word: 'step.who.by-link',
      offered: approvers.map(({ id, name }) => ({ key: `approver:${id}`, label: said('who.by-link', { name }) })),
    },
  ] as const
  const labelOf = (key: string): string =>
    groups.flatMap(({ offered }) => [...offered]).find((one) => one.key === key)?.label ?? said('who.gone')
  const chosen = decidersOf(step)
  return (
    <div className={looks.deciders}>
      <p className={looks.label}>{t('step.who')}</p>
      {chosen.length === 0 && <p className={looks.faint}>{t('step.who.all')}</p>}
      <ul>
        {chosen.map((key) => {
          const label = labelOf(key)
          return (
            <li key={key}>
              {label}
              {!isFixed && (
                <IconButton
                  size="small"
                  label={t('step.who.remove', { who: label })}
                  onClick={() => onChange(withoutDecider(step, key))}
                >
                  <IconX />
                </IconButton>
              )}
            </li>
          )
        })}
      </ul>
      {!isFixed && (
        <Menu
          label={t('step.who.add')}
          trigger={(props) => (
            <Button size="small" icon={<IconPlus />} {...props}>
              {t('step.who.add')}
            </Button>
          )}
        >
          {groups.map(({ word, offered }) => {
            const left = offered.filter(({ key }) => !chosen.includes(key))
            return (
              left.length > 0 && (
                <Fragment key={word}>
                  <MenuHeading>{t(word)}</MenuHeading>
                  {left.map(({ key, label }) => (
                    <MenuItem key={key} onChoose={() => onChange(withDecider(step, key))}>
                      {label}
                    </MenuItem>
                  ))}
                </Fragment>
              )
            )
          })}
        </Menu>
      )}
    </div>
  )
}

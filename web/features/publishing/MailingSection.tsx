/** Of an issue of a newsletter: how many have it, and what a person decides about those of whom nobody knows. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlayerStop } from '@tabler/icons-react'
import { useState } from 'react'
import type { Mailing, Recipient, RecipientState } from '@floowe/contracts/newsletters'
import type { Delivery } from '@floowe/contracts/publishing'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Section } from '../../ui/Page.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { recipientLooks, recipientStates } from './subscriber-states.ts'
import looks from './newsletter.module.css'

const pageRows = 25
/** While it is going out the figures move. */
const refreshMs = 3_000

export function MailingSection({ delivery: { id, state } }: { delivery: Delivery }) {
  const t = useWords('newsletters')
  const maySee = useMay('publishing:channels')
  const isGoingOut = state === 'sending' || state === 'retrying'
  const { data } = useQuery({
    ...api.publishing.getMailing.queryOptions({ input: { id } }),
    refetchInterval: isGoingOut ? refreshMs : false,
  })
  const [shown, setShown] = useState<RecipientState | null>(null)
  if (data === undefined) return null
  if (data === null)
    return (
      <Section title={t('mailing')} lead={t('mailing.none')}>
        {null}
      </Section>
    )
  const wanted = shown ?? (data.undecided > 0 ? 'unknown' : null)
  return (
    <Section title={t('mailing')} actions={isGoingOut && <Stop id={id} />}>
      <Figures mailing={data} shown={wanted} onShow={maySee ? setShown : null} />
      {data.undecided > 0 && (
        <p className={looks.warning} role="status">
          {t('undecided', { count: data.undecided })}
        </p>
      )}
      {data.nextAttemptAt !== null && isGoingOut && (
        <p className={looks.faint}>
          {t('next')} <Time at={data.nextAttemptAt} as="ago" />
        </p>
      )}
      {maySee && wanted !== null && <Recipients key={wanted} id={id} state={wanted} />}
    </Section>
  )
}

function Stop({ id }: { id: string }) {
  const t = useWords('newsletters')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayPlan = useMay('publishing:plan')
  const stop = useMutation({
    mutationFn: () => client.publishing.stopMailing({ id }),
    onSuccess: () => showToast({ text: t('stopped') }),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  if (!mayPlan) return null
  return (
    <Button tone="danger" icon={<IconPlayerStop />} busy={stop.isPending} onClick={() => stop.mutate()}>
      {t('stop')}
    </Button>
  )
}

type FiguresProps = { mailing: Mailing; shown: RecipientState | null; onShow: ((state: RecipientState) => void) | null }

function Figures({ mailing, shown, onShow }: FiguresProps) {
  const t = useWords('newsletters')
  const formats = useFormats()
  return (
    <dl className={looks.counts}>
      {recipientStates
        .filter((state) => mailing.recipients[state] > 0)
        .map((state) => {
          const { tone, icon: Icon } = recipientLooks[state]
          return (
            <div key={state}>
              <dt>
                <StatusBadge tone={tone} icon={<Icon />}>
                  {t(`recipient.${state}`)}
                </StatusBadge>
              </dt>
              <dd>
                {formats.number(mailing.recipients[state])}{' '}
                {onShow && (
                  <Button size="small" tone="quiet" aria-pressed={shown === state} onClick={() => onShow(state)}>
                    {t('show')}
                    <span className="only-read">: {t(`recipient.${state}`)}</span>
                  </Button>
                )}
              </dd>
            </div>
          )
        })}
    </dl>
  )
}

function Recipients({ id, state }: { id: string; state: RecipientState }) {
  const t = useWords('newsletters')
  const common = useWords('common')
  const [offset, setOffset] = useState(0)
  const { data } = useQuery({
    ...api.publishing.listRecipients.queryOptions({ input: { id, state, limit: pageRows, offset } }),
    placeholderData: keepPreviousData,
  })
  const items = data?.items ?? []
  const columns: Column<Recipient>[] = [
    { id: 'address', label: t('address'), isMain: true, cell: (one) => <Address recipient={one} /> },
    {
      id: 'when',
      label: t('since'),
      width: '190px',
      cell: (one) => (
        <span className={looks.address}>
          {one.armedAt && <Time at={one.armedAt} />}
          {one.attempts > 1 && <span className={looks.faint}>{t('attempts', { count: one.attempts })}</span>}
        </span>
      ),
    },
    ...(state === 'unknown'
      ? [
          {
            id: 'acts',
            label: t('acts'),
            isLabelHidden: true,
            align: 'end' as const,
            width: '230px',
            cell: (one: Recipient) => one.code !== 'left' && <Decide id={id} recipient={one} />,
          },
        ]
      : []),
  ]
  return (
    <>
      <DataTable caption={t(`recipient.${state}`)} columns={columns} rows={items} rowKey={(one) => one.subscriberId} />
      <Pager
        offset={offset}
        limit={pageRows}
        total={data?.total ?? 0}
        label={t('pages')}
        onMove={setOffset}
        summary={t('pages.summary', { from: offset + 1, to: offset + items.length, total: data?.total ?? 0 })}
        words={{ previous: common('previous'), next: common('next') }}
      />
    </>
  )
}

function Address({ recipient: { email, text, answer } }: { recipient: Recipient }) {
  const t = useWords('newsletters')
  return (
    <span className={looks.address}>
      {email ?? t('erased')}
      {text && <span className={looks.faint}>{text}</span>}
      {answer && <code className={looks.said}>{answer}</code>}
    </span>
  )
}

function Decide({ id, recipient: { subscriberId } }: { id: string; recipient: Recipient }) {
  const t = useWords('newsletters')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayPlan = useMay('publishing:plan')
  const decide = useMutation({
    mutationFn: (decision: 'send-again' | 'leave') => client.publishing.decideRecipient({ id, subscriberId, decision }),
    onSuccess: (_, decision) => showToast({ text: t(decision === 'leave' ? 'left' : 'sent-again') }),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  if (!mayPlan) return null
  return (
    <span className={looks.acts}>
      <Button size="small" busy={decide.isPending} onClick={() => decide.mutate('send-again')}>
        {t('send-again')}
      </Button>
      <Button size="small" tone="quiet" busy={decide.isPending} onClick={() => decide.mutate('leave')}>
        {t('leave')}
      </Button>
    </span>
  )
}

/** One delivery explained: what it carries, where it stands, each attempt with the answer, and what one can do. */
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconExternalLink, IconRefresh, IconSend } from '@tabler/icons-react'
import type { z } from 'zod'
import type { Attempt, Delivery } from '@floowe/contracts/publishing'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { DeliveryApproval } from '../../approving/DeliveryApproval.tsx'
import { isWithin } from '../../approving/span.ts'
import { WouldVoid } from '../../approving/WouldVoid.tsx'
import { usePaths, useRouteParam } from '../../location.ts'
import { DeliveryStatus, standingLook } from '../../statuses/statuses.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Card, Page, Section } from '../../ui/Page.tsx'
import { Time } from '../../ui/Time.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useWords } from '../../words/words.ts'
import { Decision } from './Decision.tsx'
import { MailingSection } from './MailingSection.tsx'
import { PostOfDelivery } from './PostOfDelivery.tsx'
import { Seen } from './Seen.tsx'
import looks from './publishing.module.css'

type AttemptRow = z.infer<typeof Attempt>

const sendable: readonly Delivery['state'][] = ['planned', 'failed', 'missed', 'on-hold']

export function DeliveryPage() {
  const t = useWords('deliveries')
  const paths = usePaths()
  const id = useRouteParam('id')
  const mayPlan = useMay('publishing:plan')
  const { data } = useSuspenseQuery(api.publishing.getDelivery.queryOptions({ input: { id } }))
  return (
    <Page
      title={data.title || t('untitled')}
      width="reading"
      trail={<a href={paths.deliveries()}>{t('title')}</a>}
      actions={<Acts delivery={data} />}
    >
      {data.state === 'needs-human' && mayPlan && <Decision delivery={data} />}
      <Standing delivery={data} />
      <DeliveryApproval delivery={data} />
      {data.network === 'newsletter' && <MailingSection delivery={data} />}
      {data.post && <PostOfDelivery delivery={data} post={data.post} parts={data.parts} />}
      <Section title={t('attempts')} lead={data.history.length === 0 ? t('attempts.none') : undefined}>
        <ol className={looks.attempts}>
          {data.history.toReversed().map((attempt) => (
            <AttemptItem key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      </Section>
    </Page>
  )
}

function Standing({ delivery }: { delivery: Delivery }) {
  const t = useWords('deliveries')
  const formats = useFormats()
  const paths = usePaths()
  return (
    <Card>
      <p className={looks.standing}>
        <DeliveryStatus {...delivery} />{' '}
        <span>
          {t(standingLook(delivery).isHeld ? 'means.held' : `means.${meansOf(delivery)}`, {
            attempts: delivery.attempts,
          })}
        </span>
      </p>
      {delivery.problem && meansOf(delivery) !== 'waiting' && (
        <p className={looks.problem} role="status">
          {delivery.problem.text}
        </p>
      )}
      {delivery.isOutdated && delivery.state === 'planned' && <Outdated delivery={delivery} />}
      <dl className={looks.facts}>
        <dt>{t('text')}</dt>
        <dd>
          <a href={paths.editor(delivery.articleId, delivery.language)} lang={delivery.language}>
            {delivery.title || t('untitled')}
          </a>{' '}
          ({formats.language(delivery.language)})
        </dd>
        <dt>{t('channel')}</dt>
        <dd>{delivery.channelName}</dd>
        <dt>{delivery.publishedAt ? t('published') : t('due')}</dt>
        <dd>
          <Time at={delivery.publishedAt ?? delivery.dueAt} zone={delivery.publishedAt ? null : delivery.zone} />
        </dd>
        <Seen verification={delivery.verification} />
        {delivery.nextAttemptAt && delivery.state === 'retrying' && (
          <>
            <dt>{t('next-attempt')}</dt>
            <dd>
              <Time at={delivery.nextAttemptAt} as="ago" />
            </dd>
          </>
        )}
        <dt>{t('planned-by')}</dt>
        <dd>
          {delivery.createdByName ?? t('someone')}, <Time at={delivery.createdAt} />
        </dd>
        {delivery.snapshotHash && (
          <>
            <dt>{t('snapshot')}</dt>
            <dd>
              <code className={looks.hash} title={delivery.snapshotHash}>
                {delivery.snapshotHash.slice(0, 16)}
              </code>
            </dd>
          </>
        )}
      </dl>
    </Card>
  )
}

/** What waits for its turn was not refused. */
const meansOf = ({ state, problem }: Delivery) =>
  state === 'retrying' && problem?.code === 'rate-budget' ? ('waiting' as const) : state

function Outdated({ delivery }: { delivery: Delivery }) {
  const t = useWords('deliveries')
  const queries = useQueryClient()
  const mayPlan = useMay('publishing:plan')
  const refreeze = useMutation({
    mutationFn: () => client.publishing.rescheduleDelivery({ id: delivery.id, refreeze: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  return (
    <div className={looks.outdated}>
      <p>{t('outdated')}</p>
      {mayPlan && <WouldVoid approval={delivery.approval} change="text" />}
      <FormProblem error={refreeze.error} />
      {mayPlan && (
        <Button icon={<IconRefresh />} busy={refreeze.isPending} onClick={() => refreeze.mutate()}>
          {t('refreeze')}
        </Button>
      )}
    </div>
  )
}

function Acts({ delivery }: { delivery: Delivery }) {
  const t = useWords('deliveries')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayPlan = useMay('publishing:plan')
  const { data: networks } = useQuery(api.publishing.listNetworks.queryOptions())
  // What was mailed, or is in a room that takes nothing back, stays where it is.
  const removes = networks?.find(({ network }) => network === delivery.network)?.removes ?? false
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.key() })
  const send = useMutation({
    mutationFn: () => client.publishing.sendDelivery({ id: delivery.id }),
    onError: tell,
    onSettled: refresh,
  })
  const takeDown = useMutation({
    mutationFn: () => client.publishing.unpublish({ editionId: delivery.editionId, channelId: delivery.channelId }),
    onError: tell,
    onSettled: refresh,
  })
  const cancel = () =>
    void doWithUndo({
      text: t('cancelled'),
      run: () => client.publishing.cancelDelivery({ id: delivery.id }).then(refresh),
      undo: () => client.publishing.restoreDelivery({ id: delivery.id }).then(refresh),
      onFailure: tell,
    })
  return (
    <>
      {delivery.url && delivery.state === 'published' && (
        <LinkButton href={delivery.url} target="_blank" rel="noopener" icon={<IconExternalLink />}>
          {t('open')}
        </LinkButton>
      )}
      {mayPlan && delivery.state === 'published' && removes && (
        <Button tone="danger" busy={takeDown.isPending} onClick={() => takeDown.mutate()}>
          {t('take-down')}
        </Button>
      )}
      {mayPlan && ['planned', 'retrying', 'needs-human', 'missed', 'on-hold'].includes(delivery.state) && (
        <Button onClick={cancel}>{t('cancel')}</Button>
      )}
      {mayPlan && sendable.includes(delivery.state) && (
        <Button
          tone="primary"
          icon={<IconSend />}
          busy={send.isPending}
          disabledWhy={
            !mayLeave(delivery) && t(delivery.approval.state === 'approved' ? 'approved-later' : 'needs-approval')
          }
          onClick={() => send.mutate()}
        >
          {delivery.state === 'failed' ? t('retry') : delivery.state === 'on-hold' ? t('release') : t('send-now')}
        </Button>
      )}
    </>
  )
}

/** Now, as far as approvals are concerned. */
const mayLeave = ({ approval: { state, window } }: Delivery): boolean =>
  state === 'not-needed' || (state === 'approved' && window !== null && isWithin(window))

function AttemptItem({ attempt }: { attempt: AttemptRow }) {
  const t = useWords('deliveries')
  return (
    <li>
      <p className={looks.attemptHead}>
        <strong>{t('attempt', { number: attempt.number })}</strong> <Time at={attempt.startedAt} /> ·{' '}
        {t(`outcome.${attempt.outcome}`)}
        {attempt.status !== null && ` · HTTP ${attempt.status}`}
      </p>
      {attempt.text && <p>{attempt.text}</p>}
      {attempt.retryAt && (
        <p className={looks.faint}>
          {t('retry-at')} <Time at={attempt.retryAt} as="time" />
        </p>
      )}
      {attempt.answer && (
        <details className={looks.answer}>
          <summary>{t('answer')}</summary>
          <pre>{attempt.answer}</pre>
        </details>
      )}
    </li>
  )
}

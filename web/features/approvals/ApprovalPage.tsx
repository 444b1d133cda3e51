/** One approval: what it is of, how far it is, and the answer of whoever is asked. */
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconCheck, IconCopy, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { isRefusal } from '../../api/refusals.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { voidReasonOf } from '../../approving/DeliveryApproval.tsx'
import { useDeciders } from '../../approving/deciders.ts'
import { isOver } from '../../approving/span.ts'
import { usePaths, useRouteParam } from '../../location.ts'
import { NetworkMark } from '../../networks/networks.tsx'
import { ApprovalStatus } from '../../statuses/statuses.tsx'
import { Button, IconButton, LinkButton } from '../../ui/Button.tsx'
import { Note } from '../../ui/ErrorPanel.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page } from '../../ui/Page.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'
import { DecisionForm, type Verdict } from './DecisionForm.tsx'
import { isReadable, Review } from './Review.tsx'
import { Steps } from './Steps.tsx'

type Shown = Awaited<ReturnType<typeof client.publishing.getApproval>>

export function ApprovalPage() {
  const t = useWords('approvals')
  const paths = usePaths()
  const id = useRouteParam('id')
  const { data } = useSuspenseQuery(api.publishing.getApproval.queryOptions({ input: { id } }))
  return (
    <Page
      title={data.title || t('untitled')}
      heading={
        <h1 className={looks.title} lang={data.language}>
          {data.title || t('untitled')}
        </h1>
      }
      trail={<a href={paths.approvals()}>{t('title')}</a>}
      actions={
        <>
          <Withdraw approval={data} />
          <LinkButton href={paths.delivery(data.deliveryId)} icon={<IconSend />}>
            {t('to-delivery')}
          </LinkButton>
        </>
      }
    >
      <div className={looks.desk}>
        <div className={looks.main}>
          <Review key={data.hash} reviewed={data} own={null} />
        </div>
        <aside className={looks.aside}>
          <Standing approval={data} />
          <Decision approval={data} />
          <Steps approval={data} />
          <Facts approval={data} />
        </aside>
      </div>
    </Page>
  )
}

function Standing({ approval }: { approval: Shown }) {
  const t = useWords('approvals')
  const inPlan = useWords('approving')
  const deciders = useDeciders()
  const { state, steps, step } = approval
  const asked = steps[step]
  return (
    <div className={looks.standing}>
      <ApprovalStatus state={state} />
      {state === 'void' ? (
        <p>{inPlan(`void.${voidReasonOf(approval)}`)}</p>
      ) : (
        <p>{t(`means.${state}`, { who: asked ? deciders(asked) : '' })}</p>
      )}
      {approval.message !== '' && (
        <figure className={looks.message}>
          <blockquote className={looks.said}>{approval.message}</blockquote>
          <figcaption className={looks.faint}>{approval.requestedByName ?? t('someone')}</figcaption>
        </figure>
      )}
    </div>
  )
}

function Decision({ approval }: { approval: Shown }) {
  const t = useWords('approvals')
  const inPlan = useWords('approving')
  const queries = useQueryClient()
  const decide = useMutation({
    mutationFn: (verdict: Verdict) =>
      client.publishing.decideApproval({ id: approval.id, ...verdict, hash: approval.hash }),
    onSuccess: ({ state }) => showToast({ text: t(state === 'open' ? 'done.next-step' : `done.${state}`) }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  const isChanged = isRefusal(decide.error, 'approval-changed')
  if (approval.state === 'open' && isOver(approval.window)) return <Note tone="amber">{inPlan('is.lapsed')}</Note>
  if (approval.mayDecide)
    return (
      <section className={looks.decision} aria-labelledby="decision">
        <h2 id="decision">{t('decide')}</h2>
        {isChanged && <Note tone="amber">{t('client.changed')}</Note>}
        <DecisionForm
          onDecide={decide.mutate}
          deciding={decide.isPending ? decide.variables.decision : null}
          error={isChanged ? null : decide.error}
          mayApprove={isReadable(approval.payload)}
        />
      </section>
    )
  const { mayNotDecideBecause: because } = approval
  return because === null || because === 'closed' ? null : <p className={looks.because}>{t(`because.${because}`)}</p>
}

function Facts({ approval }: { approval: Shown }) {
  const t = useWords('approvals')
  const formats = useFormats()
  const { network, channelName, language, dueAt, window, requestedByName, requestedAt, hash } = approval
  const isOneDay = formats.date(window.from) === formats.date(window.until)
  return (
    <dl className={looks.asideFacts}>
      <div>
        <dt>{t('channel')}</dt>
        <dd className={looks.channel}>
          <NetworkMark network={network} /> {channelName} · {formats.language(language)}
        </dd>
      </div>
      <div>
        <dt>{t('due')}</dt>
        <dd>
          <Time at={dueAt} />
        </dd>
      </div>
      <div>
        <dt>{t('window')}</dt>
        <dd>
          <Time at={window.from} /> – <Time at={window.until} as={isOneDay ? 'time' : 'dateTime'} />
        </dd>
      </div>
      <div>
        <dt>{t('asked-by')}</dt>
        <dd>
          {requestedByName ?? t('someone')}, <Time at={requestedAt} />
        </dd>
      </div>
      <div>
        <dt>{t('hash')}</dt>
        <dd>
          <Fingerprint hash={hash} />
        </dd>
      </div>
    </dl>
  )
}

/** What a decision names; whoever compares it with what went out needs all of it. */
function Fingerprint({ hash }: { hash: string }) {
  const t = useWords('approvals')
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(hash)
      setCopied(true)
    } catch {
      // no clipboard outside https: the whole of it stands in the title
    }
  }
  return (
    <span className={looks.hash}>
      <code title={hash}>{hash.slice(0, 12)}</code>
      <IconButton size="small" label={t(isCopied ? 'hash.copied' : 'hash.copy')} onClick={() => void copy()}>
        {isCopied ? <IconCheck /> : <IconCopy />}
      </IconButton>
    </span>
  )
}

function Withdraw({ approval }: { approval: Shown }) {
  const t = useWords('approvals')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayPlan = useMay('publishing:plan')
  const withdraw = useMutation({
    mutationFn: () => client.publishing.withdrawApproval({ id: approval.id }),
    onSuccess: () => showToast({ text: t('withdrawn') }),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  if (!mayPlan || approval.state !== 'open') return null
  return (
    <Button busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
      {t('withdraw')}
    </Button>
  )
}

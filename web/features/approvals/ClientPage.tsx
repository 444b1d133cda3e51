/** What an approver without an account is asked about, word for word, and the answer. Opening it decides nothing. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconClock, IconHourglassHigh, IconLanguage } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { api, client } from '../../api/client.ts'
import { isRefusal, refusalOf } from '../../api/refusals.ts'
import { useRefusalWords } from '../../api/refusal-words.ts'
import { useRouteParam } from '../../location.ts'
import { NetworkMark } from '../../networks/networks.tsx'
import { ErrorPanel, Note } from '../../ui/ErrorPanel.tsx'
import { useFormats } from '../../ui/formats.ts'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { changeLanguage, useWords } from '../../words/words.ts'
import { ClientComments } from './ClientComments.tsx'
import { OutsideFrame } from '../../shell/OutsideFrame.tsx'
import { ClientNotice } from './ClientNotice.tsx'
import looks from './client.module.css'
import { DecisionForm, type Verdict } from './DecisionForm.tsx'
import { isReadable, Review } from './Review.tsx'

type Opened = Awaited<ReturnType<typeof client.publishing.openApprovalLink>>
type Answered = Verdict & { state: Opened['state'] }

export function ClientPage() {
  const t = useWords('approvals')
  const token = useRouteParam('token')
  const opened = useQuery({
    ...api.publishing.openApprovalLink.queryOptions({ input: { token } }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  })
  const { data, error } = opened
  const [answered, setAnswered] = useState<Answered | null>(null)
  const [isChanged, setChanged] = useState(false)
  // a link that has served still knows whose it was
  const locale = data?.locale ?? (isRefusal(error, 'link-spent') ? refusalOf(error).data['locale'] : undefined)
  useEffect(() => {
    if (locale === 'pl' || locale === 'en') void changeLanguage(locale)
  }, [locale])
  const decide = useMutation({
    mutationFn: (verdict: Verdict) => client.publishing.decideByLink({ token, ...verdict, hash: data?.hash ?? '' }),
    onSuccess: ({ state }, verdict) => setAnswered({ ...verdict, state }),
    onError: (refused) => {
      setChanged(isRefusal(refused, 'approval-changed'))
      if (isRefusal(refused, 'approval-changed', 'approval-closed', 'link-spent', 'link-expired')) void opened.refetch()
    },
  })
  if (answered && data) return <Thanks opened={data} answered={answered} />
  if (error) return <Refused error={error} onRetry={() => void opened.refetch()} />
  if (!data)
    return (
      <OutsideFrame width="desk" title={t('client.opening')}>
        <SkeletonText lines={6} />
      </OutsideFrame>
    )
  if (data.state !== 'open')
    return (
      <ClientNotice title={t(`closed.${data.state}`)} drawing="envelope">
        <p>{t(`closed.${data.state}.what`, { title: data.title, who: data.requestedByName ?? data.workspaceName })}</p>
      </ClientNotice>
    )
  return (
    <OutsideFrame width="desk" title={data.title}>
      <div className={looks.desk}>
        <Opening opened={data} />
        <div className={looks.sheet}>
          {isChanged && <Note tone="amber">{t('client.changed')}</Note>}
          {/* what has changed is looked at anew */}
          <Review key={data.hash} reviewed={data} own={data.approverName} />
          <ClientComments threads={data.comments} language={data.language} />
        </div>
        <aside className={looks.decision} aria-label={t('client.decision')}>
          <p className={looks.once}>{t('client.once')}</p>
          <DecisionForm
            onDecide={decide.mutate}
            deciding={decide.isPending ? decide.variables.decision : null}
            error={isChanged ? null : decide.error}
            mayApprove={isReadable(data.payload)}
          />
        </aside>
      </div>
    </OutsideFrame>
  )
}

function Opening({ opened }: { opened: Opened }) {
  const t = useWords('approvals')
  const formats = useFormats()
  const { zone, requestedByName, workspaceName, channelName, network, language, dueAt, expiresAt, message } = opened
  const who = requestedByName ?? workspaceName
  return (
    <div className={looks.opening}>
      <p className={looks.whose}>{workspaceName}</p>
      <h1>{t('client.title', { who })}</h1>
      <p className={looks.what} lang={language}>
        {opened.title}
      </p>
      <ul className={looks.facts}>
        <li>
          <NetworkMark network={network} /> {channelName}
        </li>
        <li>
          <IconClock aria-hidden="true" /> <Due at={dueAt} zone={zone} />
        </li>
        <li>
          <IconLanguage aria-hidden="true" /> {formats.language(language)}
        </li>
        <li>
          <IconHourglassHigh aria-hidden="true" />
          {t('client.until', { at: formats.dateTime(expiresAt, zone), zone: zoneName(zone) })}
        </li>
      </ul>
      {message !== '' && (
        <figure className={looks.message}>
          <blockquote>{message}</blockquote>
          <figcaption>{who}</figcaption>
        </figure>
      )}
    </div>
  )
}

/** With the zone it is planned in; and on the reader's own clock where that shows something else. */
function Due({ at, zone }: { at: string; zone: string }) {
  const t = useWords('approvals')
  const formats = useFormats()
  const { zone: own } = useSurroundings()
  if (Date.parse(at) <= Date.now()) return <span>{t('due.once-approved')}</span>
  const [planned, here] = [formats.dateTime(at, zone), formats.dateTime(at, own)]
  return (
    <time dateTime={at}>
      {t('due.planned', { at: planned, zone: zoneName(zone) })}
      {planned !== here && ` · ${t('due.here', { at: here, zone: zoneName(own) })}`}
    </time>
  )
}

const zoneName = (zone: string): string => zone.replaceAll('_', ' ')

function Thanks({ opened, answered: { decision, comment, state } }: { opened: Opened; answered: Answered }) {
  const t = useWords('approvals')
  const formats = useFormats()
  const { title, channelName, dueAt, zone, requestedByName, workspaceName } = opened
  const who = requestedByName ?? workspaceName
  const isSoon = Date.parse(dueAt) <= Date.now()
  return (
    <ClientNotice title={t(`thanks.${decision}`)} drawing="stamp" isAnswer>
      {decision === 'changes-requested' && <p>{t('thanks.changes-next', { who })}</p>}
      {decision === 'approved' && state === 'open' && <p>{t('thanks.others-next', { title })}</p>}
      {decision === 'approved' && state !== 'open' && (
        <p>
          {isSoon
            ? t('thanks.out-now', { title, channel: channelName })
            : t('thanks.out-at', {
                ...{ title, channel: channelName },
                ...{ at: formats.dateTime(dueAt, zone), zone: zoneName(zone) },
              })}
        </p>
      )}
      {comment !== '' && (
        <figure className={looks.message}>
          <blockquote>{comment}</blockquote>
        </figure>
      )}
      <p className={looks.faint}>{t('thanks.close')}</p>
    </ClientNotice>
  )
}

/** A link that opens nothing is no fault of whoever follows it. */
function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useWords('approvals')
  const inWords = useRefusalWords()
  if (isRefusal(error, 'link-spent'))
    return (
      <ClientNotice title={t('link.spent')} drawing="stamp">
        <p>{t('link.spent.what')}</p>
      </ClientNotice>
    )
  if (isRefusal(error, 'link-expired', 'not-found', 'invalid-input'))
    return (
      <ClientNotice title={t('link.expired')} drawing="envelope">
        <p>{t('link.expired.what')}</p>
      </ClientNotice>
    )
  const { title, advice, requestId } = inWords(error)
  return (
    <OutsideFrame width="desk" title={title}>
      <h1 className="only-read">{title}</h1>
      <ErrorPanel title={title} advice={advice} requestId={requestId} onRetry={onRetry} />
    </OutsideFrame>
  )
}

/** A newsletter: how many read it and who, the form to subscribe, and how it goes out. */
import { useSuspenseQuery } from '@tanstack/react-query'
import type { Newsletter } from '@floowe/contracts/newsletters'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { usePaths, useRouteParam } from '../../location.ts'
import { CopyField } from '../../ui/CopyField.tsx'
import { Field } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page, Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { NewsletterForm } from './NewsletterForm.tsx'
import { Subscribers } from './Subscribers.tsx'
import { subscriberStates } from './subscriber-states.ts'
import looks from './newsletter.module.css'

export function NewsletterPage() {
  const t = useWords('newsletters')
  const paths = usePaths()
  const channelId = useRouteParam('id')
  const mayChange = useMay('publishing:channels')
  const { data } = useSuspenseQuery(api.publishing.getNewsletter.queryOptions({ input: { channelId } }))
  const { data: channels } = useSuspenseQuery(api.publishing.listChannels.queryOptions())
  const name = channels.find(({ id }) => id === channelId)?.name ?? t('title')
  return (
    <Page title={name} lead={t('lead')} trail={<a href={paths.channels()}>{t('trail')}</a>}>
      {!data.isMailReady && <p className={looks.warning}>{t('no-server')}</p>}
      <Counts newsletter={data} />
      {mayChange && (
        <Section title={t('list')} lead={t('list.lead')}>
          <Subscribers
            channelId={channelId}
            total={subscriberStates.reduce((sum, one) => sum + data.subscribers[one], 0)}
          />
          {!data.hearsBounces && <p className={looks.faint}>{t('no-bounces')}</p>}
        </Section>
      )}
      <Section title={t('form')} lead={t('form.lead')}>
        <FormToCopy newsletter={data} />
      </Section>
      {mayChange && (
        <Section title={t('settings')} lead={t('settings.lead')}>
          <div className={looks.form}>
            <NewsletterForm key={JSON.stringify(data)} newsletter={data} />
          </div>
        </Section>
      )}
    </Page>
  )
}

function Counts({ newsletter }: { newsletter: Newsletter }) {
  const t = useWords('newsletters')
  const formats = useFormats()
  return (
    <dl className={looks.counts} aria-label={t('counts')}>
      {subscriberStates.map((state) => (
        <div key={state} data-main={state === 'confirmed' || undefined}>
          <dt>{t(`state.${state}`)}</dt>
          <dd>{formats.number(newsletter.subscribers[state])}</dd>
        </div>
      ))}
    </dl>
  )
}

function FormToCopy({ newsletter }: { newsletter: Newsletter }) {
  const t = useWords('newsletters')
  return (
    <div className={looks.stack}>
      <Field label={t('form.page')}>{() => <CopyField label={t('form.page')} value={newsletter.formUrl} />}</Field>
      <Field label={t('form.html')}>
        {() => (
          <>
            <pre className={looks.snippet}>{newsletter.formHtml}</pre>
            <CopyField label={t('form.html')} value={newsletter.formHtml} />
          </>
        )}
      </Field>
    </div>
  )
}

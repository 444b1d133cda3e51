/** An address of the person's own that is sent signed messages: set, tested, its secret changed, removed. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { NotificationSettings } from '@floowe/contracts/notifications'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { doLater } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import looks from './notification-settings.module.css'

type Webhook = NonNullable<NotificationSettings['webhook']>
type Secret = { text: string; isRotated: boolean }

export function NotificationWebhook({ webhook: known }: { webhook: Webhook | null }) {
  const t = useWords('notifications')
  const common = useWords('common')
  const queries = useQueryClient()
  const [secret, setSecret] = useState<Secret | null>(null)
  const [isHidden, setHidden] = useState(false)
  const webhook = isHidden ? null : known
  const [url, setUrl] = useState(known?.url ?? '')
  const save = useMutation({
    mutationFn: () => client.identity.setNotificationWebhook({ url }),
    onSuccess: async ({ secret: made }) => {
      await queries.invalidateQueries({ queryKey: api.identity.getNotificationSettings.key() })
      if (made) setSecret({ text: made, isRotated: false })
      else showToast({ text: t('webhook.saved') })
    },
  })
  return (
    <section className={looks.webhook} aria-labelledby="notification-webhook">
      <h3 id="notification-webhook">{t('webhook')}</h3>
      <p className={looks.lead}>{t('webhook.lead')}</p>
      {webhook && <Standing webhook={webhook} />}
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <FormProblem error={save.error} />
        <TextField
          label={t('webhook.url')}
          type="url"
          value={url}
          required
          maxLength={2048}
          placeholder="https://"
          problem={fieldProblems(save.error)['url'] && common('checkField')}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <FormActions>
          <Button type="submit" busy={save.isPending}>
            {t('webhook.save')}
          </Button>
          {webhook && <Acts onSecret={setSecret} onHide={setHidden} onGone={() => setUrl('')} />}
        </FormActions>
      </FormStack>
      <Dialog isOpen={secret !== null} onClose={() => setSecret(null)} title={t('secret')}>
        <p>
          {t('secret.once')} {secret?.isRotated && t('secret.rotated')}
        </p>
        {secret && <CopyField label={t('secret')} value={secret.text} />}
        <FormActions>
          <Button tone="primary" onClick={() => setSecret(null)}>
            {t('secret.done')}
          </Button>
        </FormActions>
      </Dialog>
    </section>
  )
}

function Standing({ webhook }: { webhook: Webhook }) {
  const t = useWords('notifications')
  const formats = useFormats()
  const why = webhook.problem ? t(`problem.${webhook.problem}`) : ''
  const isWell = webhook.isOn && webhook.failingSince === null
  return (
    <div className={looks.standing} role="status">
      {isWell ? (
        <StatusBadge tone="moss" icon={<IconCircleCheck />}>
          {t('webhook.on')}
        </StatusBadge>
      ) : (
        <p className={looks.problem}>
          <IconAlertTriangle aria-hidden="true" />
          {webhook.isOn
            ? t('webhook.failing', { at: formats.dateTime(webhook.failingSince ?? ''), why })
            : t('webhook.isOff', { why })}
        </p>
      )}
      {webhook.lastTakenAt && (
        <span className={looks.faint}>
          {t('webhook.last')} <Time at={webhook.lastTakenAt} as="ago" />
        </span>
      )}
    </div>
  )
}

type ActsProps = { onSecret: (secret: Secret) => void; onHide: (isHidden: boolean) => void; onGone: () => void }

function Acts({ onSecret, onHide, onGone }: ActsProps) {
  const t = useWords('notifications')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const refresh = () => queries.invalidateQueries({ queryKey: api.identity.getNotificationSettings.key() })
  const test = useMutation({
    mutationFn: () => client.identity.testNotificationWebhook(),
    onSuccess: ({ ok, status, problem }) =>
      showToast({
        tone: ok ? 'good' : 'bad',
        text: ok
          ? t('webhook.test.good', { status: status ?? 0 })
          : t('webhook.test.bad', { why: problem ? t(`problem.${problem}`) : '' }),
      }),
    onError: tell,
  })
  const rotate = useMutation({
    mutationFn: () => client.identity.rotateNotificationSecret(),
    onSuccess: ({ secret }) => {
      onSecret({ text: secret, isRotated: true })
      void refresh()
    },
    onError: tell,
  })
  const remove = () =>
    doLater({
      text: t('webhook.removed'),
      hide: onHide,
      run: async () => {
        await client.identity.removeNotificationWebhook(undefined, { context: { outlivesPage: true } })
        onGone()
        await refresh()
        onHide(false)
      },
      onFailure: tell,
    })
  return (
    <>
      <Button busy={test.isPending} onClick={() => test.mutate()}>
        {t('webhook.test')}
      </Button>
      <Button busy={rotate.isPending} onClick={() => rotate.mutate()}>
        {t('webhook.rotate')}
      </Button>
      <Button tone="danger" onClick={remove}>
        {t('webhook.remove')}
      </Button>
    </>
  )
}

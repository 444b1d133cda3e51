/** Connecting a webhook, or changing a channel. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel } from '@floowe/contracts/channels'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'

type FormProps = { onClose: () => void; onSecret: (secret: string) => void; channel?: Channel }

export function ChannelDialog({ isOpen, onClose, ...rest }: FormProps & { isOpen: boolean; channel: Channel }) {
  const t = useWords('channels')
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('change')}>
      <WebhookForm onClose={onClose} {...rest} />
    </Dialog>
  )
}

/** A name, and for webhooks an address; other accounts have theirs from the network. */
export function WebhookForm({ onClose, onSecret, channel }: FormProps) {
  const isWebhook = !channel || channel.network === 'webhook'
  const t = useWords('channels')
  const queries = useQueryClient()
  const [name, setName] = useState(channel?.name ?? '')
  const [url, setUrl] = useState(channel?.settings.url ?? '')
  const save = useMutation({
    mutationFn: async () =>
      channel
        ? (await client.publishing.updateChannel({ id: channel.id, name, ...(isWebhook && { url }) }), null)
        : (await client.publishing.createChannel({ network: 'webhook', name, url })).secret,
    onSuccess: (secret) => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      onClose()
      if (secret) onSecret(secret)
    },
  })
  const problems = fieldProblems(save.error)
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <FormProblem error={save.error} />
      <TextField
        label={t('name')}
        value={name}
        required
        data-autofocus
        maxLength={80}
        problem={problems['name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {isWebhook && (
        <TextField
          label={t('url')}
          type="url"
          value={url}
          required
          placeholder="https://"
          problem={problems['url']}
          hint={t('url.hint')}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      )}
      <FormActions>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {channel ? t('save') : t('connect')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

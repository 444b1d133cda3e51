/** Connecting a webhook, or changing one. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel } from '@floowe/contracts/publishing'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'

type DialogProps = { isOpen: boolean; onClose: () => void; onSecret: (secret: string) => void; channel?: Channel }

export function ChannelDialog({ isOpen, onClose, ...rest }: DialogProps) {
  const t = useWords('channels')
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={rest.channel ? t('change') : t('add.webhook')}>
      <ChannelForm onClose={onClose} {...rest} />
    </Dialog>
  )
}

function ChannelForm({ onClose, onSecret, channel }: Omit<DialogProps, 'isOpen'>) {
  const t = useWords('channels')
  const queries = useQueryClient()
  const [name, setName] = useState(channel?.name ?? '')
  const [url, setUrl] = useState(channel?.settings.url ?? '')
  const save = useMutation({
    mutationFn: async () =>
      channel
        ? (await client.publishing.updateChannel({ id: channel.id, name, url }), null)
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

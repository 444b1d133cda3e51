/** Who a newsletter comes from, how fast it goes out, through which server. A server is asked before it is kept. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Newsletter } from '@floowe/contracts/newsletters'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { FormActions, FormRow, FormStack, PasswordField, SelectField, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

type Draft = Pick<Newsletter, 'senderName' | 'sender' | 'language' | 'imprint' | 'perSecond'> & { replyTo: string }
type Server = 'keep' | 'operators' | 'new'

const text = ['senderName', 'sender', 'replyTo', 'imprint'] as const
const perSecondMax = 500

export function NewsletterForm({ newsletter }: { newsletter: Newsletter }) {
  const t = useWords('newsletters')
  const queries = useQueryClient()
  const { channelId, hasOwnServer } = newsletter
  const [draft, setDraft] = useState<Draft>({ ...newsletter, replyTo: newsletter.replyTo ?? '' })
  const [server, setServer] = useState<Server>('keep')
  const [address, setAddress] = useState('')
  const save = useMutation({
    mutationFn: () =>
      client.publishing.updateNewsletter({ channelId, ...changeOf(draft), ...serverOf(server, address) }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      showToast({ text: t('saved') })
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
      {text.map((name) => (
        <TextField
          key={name}
          label={t(name)}
          type={name === 'sender' || name === 'replyTo' ? 'email' : 'text'}
          required={name !== 'replyTo'}
          isOptional={name === 'replyTo'}
          maxLength={name === 'imprint' ? 300 : 254}
          hint={name === 'imprint' ? t('imprint.hint') : undefined}
          value={draft[name]}
          problem={problems[name]}
          onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
        />
      ))}
      <FormRow>
        <SelectField
          label={t('language')}
          value={draft.language}
          onChoose={(language) => setDraft({ ...draft, language })}
          options={[
            { value: 'pl', label: t('language.pl') },
            { value: 'en', label: t('language.en') },
          ]}
        />
        <TextField
          label={t('perSecond')}
          hint={t('perSecond.hint')}
          type="number"
          min={1}
          max={perSecondMax}
          required
          value={draft.perSecond}
          problem={problems['perSecond']}
          onChange={(event) => setDraft({ ...draft, perSecond: event.currentTarget.valueAsNumber })}
        />
      </FormRow>
      <SelectField
        label={t('server')}
        hint={t(hasOwnServer ? 'server.own' : 'server.operators')}
        value={server}
        onChoose={setServer}
        options={[
          { value: 'keep', label: t('server.keep') },
          ...(hasOwnServer ? [{ value: 'operators' as const, label: t('server.operators') }] : []),
          { value: 'new', label: t('server.new') },
        ]}
      />
      {server === 'new' && (
        <PasswordField
          label={t('server.new')}
          hint={t('server.url')}
          required
          maxLength={1_000}
          autoComplete="off"
          value={address}
          problem={problems['server']}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
      )}
      <FormActions>
        <Button type="submit" busy={save.isPending}>
          {t('save')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

const changeOf = ({ senderName, sender, language, imprint, perSecond, replyTo }: Draft) => ({
  ...{ senderName, sender, language, imprint, perSecond },
  replyTo: replyTo.trim() === '' ? null : replyTo.trim(),
})
const serverOf = (server: Server, address: string): { server?: string | null } =>
  server === 'keep' ? {} : { server: server === 'new' ? address.trim() : null }

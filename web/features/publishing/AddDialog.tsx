/** One address: by a letter that asks its owner, or by a person's word that they have agreed. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { CheckField, FormActions, FormStack, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

type Props = { channelId: string; isOpen: boolean; onClose: () => void }

export function AddDialog({ channelId, isOpen, onClose }: Props) {
  const t = useWords('newsletters')
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [declaration, setDeclaration] = useState<string | null>(null)
  const add = useMutation({
    mutationFn: () =>
      client.publishing.addSubscriber({ channelId, email, ...(declaration !== null && { declaration }) }),
    onSuccess: (added) => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      showToast({ text: t(added.state === 'confirmed' ? 'added.confirmed' : 'added.pending', { email: added.email }) })
      close()
    },
  })
  const close = () => {
    setEmail('')
    setDeclaration(null)
    add.reset()
    onClose()
  }
  const problems = fieldProblems(add.error)
  return (
    <Dialog isOpen={isOpen} onClose={close} title={t('add.title')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <p>{t('add.how')}</p>
        <FormProblem error={add.error} />
        <TextField
          label={t('email')}
          type="email"
          required
          maxLength={254}
          autoComplete="off"
          data-autofocus
          value={email}
          problem={problems['email']}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Agreed declaration={declaration} onChange={setDeclaration} problem={problems['declaration']} />
        <FormActions>
          <Button type="submit" tone="primary" busy={add.isPending}>
            {t('add.submit')}
          </Button>
          <Button tone="quiet" onClick={close}>
            {t('cancel')}
          </Button>
        </FormActions>
      </FormStack>
    </Dialog>
  )
}

type AgreedProps = {
  declaration: string | null
  onChange: (declaration: string | null) => void
  problem: string | undefined
}

/** Without a word of where and how, nobody counts as confirmed. */
export function Agreed({ declaration, onChange, problem }: AgreedProps) {
  const t = useWords('newsletters')
  return (
    <>
      <CheckField
        label={t('agreed')}
        hint={t('agreed.hint')}
        checked={declaration !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? '' : null)}
      />
      {declaration !== null && (
        <TextField
          label={t('declaration')}
          placeholder={t('declaration.example')}
          required
          minLength={10}
          maxLength={500}
          value={declaration}
          problem={problem}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </>
  )
}

/** Asks for the address of a film, post or sound. */
import { useState } from 'react'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { FormActions, FormStack, TextField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import { type EmbedAttributes, embedOf } from './embeds.ts'

export function EmbedDialog({
  isOpen,
  onClose,
  onEmbed,
}: {
  isOpen: boolean
  onClose: () => void
  onEmbed: (embed: EmbedAttributes) => void
}) {
  const t = useWords('editor')
  const common = useWords('common')
  const [address, setAddress] = useState('')
  const [isAsked, setAsked] = useState(false)
  const embed = embedOf(address)
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('embed.new')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(true)
          if (!embed) return
          onClose()
          onEmbed(embed)
        }}
      >
        <TextField
          label={t('embed.address')}
          hint={t('embed.address.hint')}
          value={address}
          maxLength={2048}
          inputMode="url"
          data-autofocus
          placeholder="https://"
          problem={isAsked && !embed && t('embed.problem')}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <FormActions>
          <Button type="submit" tone="primary">
            {t('embed.insert')}
          </Button>
          <Button tone="quiet" onClick={onClose}>
            {common('cancel')}
          </Button>
        </FormActions>
      </FormStack>
    </Dialog>
  )
}

/** Keeps the text as it is now as a version with a name, so that it is found again. */
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { FormActions, FormStack, TextField } from '../../../ui/Field.tsx'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import { cleanLine } from '../clean-text.ts'
import type { Desk } from '../writing/desk.ts'

export function NameVersionDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const t = useWords('editor')
  const common = useWords('common')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const [isBusy, setBusy] = useState(false)
  const save = async (note: string) => {
    setBusy(true)
    const isSaved = await desk.save(note).catch((error: unknown) => (tell(error), null))
    setBusy(false)
    if (isSaved === null) return
    void queries.invalidateQueries({ queryKey: api.content.listVersions.key() })
    if (!isSaved) return showToast({ tone: 'bad', text: t('wait.unsaved') })
    showToast({ text: t('version.named', { name: note }) })
    onClose()
  }
  return (
    <Dialog isOpen onClose={onClose} title={t('version.name')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          const note = cleanLine(String(new FormData(event.currentTarget).get('note')), 300).trim()
          if (note) void save(note)
        }}
      >
        <TextField
          label={t('version.note')}
          hint={t('version.note.hint')}
          name="note"
          required
          maxLength={300}
          autoComplete="off"
          data-autofocus
        />
        <FormActions>
          <Button type="submit" tone="primary" busy={isBusy}>
            {common('save')}
          </Button>
          <Button tone="quiet" onClick={onClose}>
            {common('cancel')}
          </Button>
        </FormActions>
      </FormStack>
    </Dialog>
  )
}

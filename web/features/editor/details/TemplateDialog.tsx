/** Keeps the text as a template to start others from. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { FormActions, FormStack, TextAreaField, TextField } from '../../../ui/Field.tsx'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import type { Desk } from '../writing/desk.ts'

export function TemplateDialog({ desk, language, onClose }: { desk: Desk; language: string; onClose: () => void }) {
  const t = useWords('editor')
  const common = useWords('common')
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: async ({ name, description }: { name: string; description: string }) => {
      await desk.flush()
      return client.content.createTemplate({ name, description, language, fromEdition: desk.edition.id })
    },
    onSuccess: (template) => {
      void queries.invalidateQueries({ queryKey: api.content.listTemplates.key() })
      showToast({ text: t('template.saved', { name: template.name }) })
      onClose()
    },
  })
  return (
    <Dialog isOpen onClose={onClose} title={t('template.save')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          mutate({ name: String(form.get('name')), description: String(form.get('description')) })
        }}
      >
        <FormProblem error={error} />
        <p>{t('template.words')}</p>
        <TextField
          label={t('template.name')}
          name="name"
          required
          maxLength={120}
          defaultValue={desk.fields().title.slice(0, 120)}
          data-autofocus
        />
        <TextAreaField label={t('template.description')} name="description" isOptional maxLength={500} />
        <FormActions>
          <Button type="submit" tone="primary" busy={isPending}>
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

/** A signing secret, shown once. */
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'

export function SecretDialog({ secret, onClose }: { secret: string | null; onClose: () => void }) {
  const t = useWords('channels')
  return (
    <Dialog isOpen={secret !== null} onClose={onClose} title={t('secret')}>
      <p>{t('secret.once')}</p>
      {secret && <CopyField label={t('secret')} value={secret} />}
      <FormActions>
        <Button tone="primary" onClick={onClose}>
          {t('secret.done')}
        </Button>
      </FormActions>
    </Dialog>
  )
}

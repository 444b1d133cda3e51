import { useMutation } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import looks from './admin.module.css'
import { HandedLink } from './HandedLink.tsx'

export function ResetLinkDialog({
  person,
  onClose,
}: {
  person: { userId: string; name: string } | null
  onClose: () => void
}) {
  const t = useWords('members')
  const common = useWords('common')
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: (userId: string) => client.identity.createResetLink({ userId }),
  })
  const close = () => {
    onClose()
    reset()
  }
  return (
    <Dialog isOpen={person !== null} onClose={close} title={t('reset.title')}>
      {person &&
        (data ? (
          <HandedLink
            link={data}
            words={t(data.mailed ? 'reset.mailed' : 'reset.hand', { name: person.name })}
            label={t('reset.link')}
            onDone={close}
          />
        ) : (
          <div className={looks.stack}>
            <FormProblem error={error} />
            <p>{t('reset.words', { name: person.name })}</p>
            <FormActions>
              <Button tone="primary" busy={isPending} onClick={() => mutate(person.userId)}>
                {t('reset.create')}
              </Button>
              <Button tone="quiet" onClick={close}>
                {common('cancel')}
              </Button>
            </FormActions>
          </div>
        ))}
    </Dialog>
  )
}

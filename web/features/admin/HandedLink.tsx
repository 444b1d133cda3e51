import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { FormActions } from '../../ui/Field.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import looks from './admin.module.css'

/** A secret address to hand to someone: shown once. */
export function HandedLink({
  link,
  words,
  label,
  onDone,
}: {
  link: { url: string; expiresAt: string }
  words: string
  label: string
  onDone: () => void
}) {
  const t = useWords('members')
  return (
    <div className={looks.stack}>
      <p>{words}</p>
      <CopyField label={label} value={link.url} />
      <p className={looks.faint}>
        {t('link.expires')} <Time at={link.expiresAt} />
      </p>
      <FormActions>
        <Button tone="primary" onClick={onDone}>
          {t('link.done')}
        </Button>
      </FormActions>
    </div>
  )
}

/** What goes into a slot: one of the texts without a date. */
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import type { OpenedOf } from './CalendarDialogs.tsx'
import looks from './dialogs.module.css'

const shownMax = 30

export function FillDialog({ opened: { moment }, ideas, open, onClose }: OpenedOf<'fill'>) {
  const t = useWords('calendar')
  const formats = useFormats()
  const day = formats.shortDay(`${moment.day}T12:00:00Z`, 'UTC')
  return (
    <Dialog isOpen onClose={onClose} title={t('fill.title', { at: `${day}, ${moment.time ?? ''}` })} size={460}>
      {ideas.length === 0 ? (
        <div className={looks.entryDialog}>
          <p>{t('fill.none')}</p>
          <Button tone="primary" onClick={() => open({ kind: 'new', moment })}>
            {t('new')}
          </Button>
        </div>
      ) : (
        <ul className={looks.choices}>
          {ideas.slice(0, shownMax).map((idea) => (
            <li key={idea.editionId}>
              <button type="button" onClick={() => open({ kind: 'plan', idea, moment })}>
                <span lang={idea.language}>{idea.title || t('untitled')}</span>
                <span className={looks.faint}>{formats.language(idea.language)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}

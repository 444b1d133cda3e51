/** All keys that work on this page. */
import { Dialog } from '../ui/Dialog.tsx'
import { KeyHint } from '../ui/KeyHint.tsx'
import { useRegisteredKeys } from '../ui/keys.tsx'
import { useWords } from '../words/words.ts'
import looks from './KeysHelp.module.css'

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const t = useWords('shell')
  const shortcuts = useRegisteredKeys()
  const groups = Map.groupBy(shortcuts, (shortcut) => shortcut.group)
  return (
    <Dialog isOpen onClose={onClose} title={t('keys.title')} size={560}>
      <div className={looks.groups}>
        {[...groups].map(([group, entries]) => (
          <section key={group}>
            <h3 className={looks.heading}>{group}</h3>
            <dl className={looks.list}>
              {entries.map((entry) => (
                <div key={entry.keys + entry.label} className={looks.entry}>
                  <dt>{entry.label}</dt>
                  <dd>
                    <KeyHint keys={entry.keys} />
                    <span className="only-read">{entry.keys}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

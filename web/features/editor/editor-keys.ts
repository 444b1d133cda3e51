/** Keys of the editor page, and all that the manuscript understands by itself, so that `?` shows them. */
import { useRefusalToast } from '../../api/refusal-words.ts'
import { type Shortcut, useKeys } from '../../ui/keys.tsx'
import { useWords } from '../../words/words.ts'
import type { WordKey } from '../../words/namespaces.ts'
import type { Desk } from './writing/desk.ts'

/** The manuscript handles these itself. */
const inText: readonly (readonly [keys: string, word: WordKey<'editor'>])[] = [
  ['/', 'keys.insert'],
  ['mod+b', 'mark.bold'],
  ['mod+i', 'mark.italic'],
  ['mod+u', 'mark.underline'],
  ['mod+shift+s', 'mark.strike'],
  ['mod+shift+h', 'mark.highlight'],
  ['mod+e', 'mark.code'],
  ['mod+k', 'keys.link'],
  ['mod+alt+0', 'turn.paragraph'],
  ['mod+alt+1', 'heading.1'],
  ['mod+alt+2', 'heading.2'],
  ['mod+alt+3', 'heading.3'],
  ['mod+alt+4', 'heading.4'],
  ['mod+shift+8', 'list.bullet'],
  ['mod+shift+7', 'list.ordered'],
  ['mod+shift+9', 'list.task'],
  ['mod+shift+b', 'quote'],
  ['mod+alt+c', 'code'],
  ['alt+arrowup', 'keys.moveUp'],
  ['alt+arrowdown', 'keys.moveDown'],
  ['shift+enter', 'keys.break'],
  ['mod+z', 'keys.undo'],
  ['mod+shift+z', 'keys.redo'],
  ['mod+\\', 'mark.clear'],
  ['alt+f10', 'keys.tools'],
]

export function useEditorKeys({
  desk,
  mayWrite,
  isAlone,
  toggleAlone,
  togglePanel,
}: {
  desk: Desk
  mayWrite: boolean
  isAlone: boolean
  toggleAlone: () => void
  togglePanel: () => void
}): void {
  const t = useWords('editor')
  const tell = useRefusalToast()
  const save = () => void desk.save().catch(tell)
  const group = t('keys.group')
  const shown: Shortcut[] = inText.map(([keys, word]) => ({
    keys,
    label: t(word),
    group: t('keys.text'),
    isShownOnly: true,
    run: () => {},
  }))
  useKeys([
    // harmless by habit: with nothing changed since the last one it makes no version
    { keys: 'mod+s', label: t('keys.save'), group, run: () => mayWrite && save() },
    { keys: 'mod+shift+f', label: t('keys.alone'), group, run: toggleAlone },
    { keys: ']', label: t('keys.panel'), group, run: togglePanel },
    ...(isAlone ? [{ keys: 'escape', label: t('alone.leave'), group, run: toggleAlone, whileTyping: true }] : []),
    ...(mayWrite ? shown : []),
  ])
}

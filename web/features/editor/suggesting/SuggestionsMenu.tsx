/** How many suggestions the text has, and what can be done with all of them. */
import type { Editor } from '@tiptap/core'
import { IconArrowDown, IconCheck, IconChevronDown, IconX } from '@tabler/icons-react'
import { useDeferredValue, useMemo } from 'react'
import { Button } from '../../../ui/Button.tsx'
import { Menu, MenuItem, MenuLine } from '../../../ui/Menu.tsx'
import { useWords } from '../../../words/words.ts'
import { acceptAll, goToSuggestion, rejectAll, suggestionsIn } from '../manuscript/suggestions.ts'
import { useEditorTick } from '../manuscript/use-editor.ts'
import looks from './suggesting.module.css'

export function SuggestionsMenu({ editor, mayDecide }: { editor: Editor; mayDecide: boolean }) {
  const t = useWords('editor')
  const tick = useDeferredValue(useEditorTick(editor))
  const count = useMemo(() => suggestionsIn(editor.state.doc).length, [editor, tick])
  if (count === 0) return null
  return (
    <Menu
      label={t('suggestions', { count })}
      align="end"
      width={240}
      trigger={(props) => (
        <Button
          {...props}
          size="small"
          className={looks.trigger}
          aria-label={t('suggestions', { count })}
          after={<IconChevronDown size={16} />}
        >
          <span className={looks.words}>{t('suggestions', { count })}</span>
          <span className={looks.count}>{count}</span>
        </Button>
      )}
    >
      <MenuItem icon={<IconArrowDown />} onChoose={() => goToSuggestion(editor, 1)}>
        {t('suggestion.next')}
      </MenuItem>
      {mayDecide && <MenuLine />}
      {mayDecide && (
        <MenuItem icon={<IconCheck />} onChoose={() => acceptAll(editor)}>
          {t('suggestion.acceptAll')}
        </MenuItem>
      )}
      {mayDecide && (
        <MenuItem icon={<IconX />} onChoose={() => rejectAll(editor)}>
          {t('suggestion.rejectAll')}
        </MenuItem>
      )}
    </Menu>
  )
}

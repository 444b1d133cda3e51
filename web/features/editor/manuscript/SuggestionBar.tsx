/** What can be done with the suggestion at the cursor, beside it: whose it is, take it, leave it, the next one. */
import type { Editor } from '@tiptap/core'
import { IconArrowDown, IconArrowUp, IconCheck, IconX } from '@tabler/icons-react'
import type { RefObject } from 'react'
import { useWords } from '../../../words/words.ts'
import { acceptSuggestion, goToSuggestion, rejectSuggestion, suggestionAt } from './suggestions.ts'
import { Tool, Toolbar, ToolLine } from './Toolbar.tsx'
import looks from './tools.module.css'
import { boxIn, useEditorValue } from './use-editor.ts'

type Props = {
  editor: Editor
  barRef: RefObject<HTMLDivElement | null>
  isNarrow: boolean
  nameOf: (person: string | null) => string
}

export function SuggestionBar({ editor, barRef, isNarrow, nameOf }: Props) {
  const t = useWords('editor')
  const shown = useEditorValue(editor, (now) => {
    if (!now.isEditable || !now.state.selection.empty) return null
    const one = suggestionAt(now.state)
    return one && { id: one.id, by: one.by, box: boxIn(now, now.state.selection.from) }
  })
  if (!shown) return null
  const place = isNarrow ? undefined : { left: Math.max(0, Math.round(shown.box.left)), top: shown.box.bottom + 10 }
  const decide = (act: (editor: Editor, id: string) => boolean) => {
    act(editor, shown.id)
    editor.commands.focus()
  }
  return (
    <Toolbar editor={editor} label={t('suggestion')} barRef={barRef} place={place} isDocked={isNarrow}>
      <span className={looks.said}>{t('suggestion.by', { name: nameOf(shown.by) })}</span>
      <ToolLine />
      <Tool label={t('suggestion.accept')} onClick={() => decide(acceptSuggestion)}>
        <IconCheck />
      </Tool>
      <Tool label={t('suggestion.reject')} onClick={() => decide(rejectSuggestion)}>
        <IconX />
      </Tool>
      <ToolLine />
      <Tool label={t('suggestion.previous')} onClick={() => goToSuggestion(editor, -1)}>
        <IconArrowUp />
      </Tool>
      <Tool label={t('suggestion.next')} onClick={() => goToSuggestion(editor, 1)}>
        <IconArrowDown />
      </Tool>
    </Toolbar>
  )
}

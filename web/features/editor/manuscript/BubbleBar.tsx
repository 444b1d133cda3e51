/** What can be done with the selected words. Above them; on a narrow screen at the bottom, where the thumb is. */
import type { Editor } from '@tiptap/core'
import {
  IconBold,
  IconChevronDown,
  IconClearFormatting,
  IconCode,
  IconHighlight,
  IconItalic,
  IconLink,
  IconMessagePlus,
  IconStrikethrough,
  IconSubscript,
  IconSuperscript,
  IconUnderline,
} from '@tabler/icons-react'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import { type RefObject, useEffect, useState } from 'react'
import { keysShown } from '../../../ui/KeyHint.tsx'
import { Menu, MenuItem } from '../../../ui/Menu.tsx'
import { useWords } from '../../../words/words.ts'
import type { WordKey } from '../../../words/namespaces.ts'
import { Tool, Toolbar, ToolLine } from './Toolbar.tsx'
import looks from './tools.module.css'
import { boxIn, useEditorValue } from './use-editor.ts'

const marks = [
  { name: 'bold', keys: 'mod+b', icon: IconBold },
  { name: 'italic', keys: 'mod+i', icon: IconItalic },
  { name: 'underline', keys: 'mod+u', icon: IconUnderline },
  { name: 'strike', keys: 'mod+shift+s', icon: IconStrikethrough },
  { name: 'highlight', keys: 'mod+shift+h', icon: IconHighlight },
  { name: 'code', keys: 'mod+e', icon: IconCode },
  { name: 'superscript', keys: 'mod+.', icon: IconSuperscript },
  { name: 'subscript', keys: 'mod+,', icon: IconSubscript },
] as const
const markNames = marks.map(({ name }) => name)

type Turn = { id: string; word: WordKey<'editor'>; isOn: (editor: Editor) => boolean; run: (editor: Editor) => unknown }
const turns: readonly Turn[] = [
  {
    id: 'paragraph',
    word: 'turn.paragraph',
    isOn: (editor) =>
      editor.isActive('paragraph') &&
      !editor.isActive('blockquote') &&
      !editor.isActive('listItem') &&
      !editor.isActive('taskItem'),
    run: (editor) => editor.chain().focus().clearNodes().run(),
  },
  ...([1, 2, 3, 4] as const).map(
    (level): Turn => ({
      id: `h${level}`,
      word: `heading.${level}`,
      isOn: (editor) => editor.isActive('heading', { level }),
      run: (editor) => editor.chain().focus().setNode('heading', { level }).run(),
    }),
  ),
  {
    id: 'quote',
    word: 'quote',
    isOn: (editor) => editor.isActive('blockquote'),
    run: (editor) => editor.chain().focus().toggleWrap('blockquote').run(),
  },
  {
    id: 'bullet',
    word: 'list.bullet',
    isOn: (editor) => editor.isActive('bulletList'),
    run: (editor) => editor.chain().focus().toggleList('bulletList', 'listItem').run(),
  },
  {
    id: 'ordered',
    word: 'list.ordered',
    isOn: (editor) => editor.isActive('orderedList'),
    run: (editor) => editor.chain().focus().toggleList('orderedList', 'listItem').run(),
  },
  {
    id: 'task',
    word: 'list.task',
    isOn: (editor) => editor.isActive('taskList'),
    run: (editor) => editor.chain().focus().toggleList('taskList', 'taskItem').run(),
  },
]

export function BubbleBar({
  editor,
  onLink,
  onComment,
  barRef,
  isNarrow,
}: {
  editor: Editor
  onLink: () => void
  onComment: () => void
  barRef: RefObject<HTMLDivElement | null>
  isNarrow: boolean
}) {
  const t = useWords('editor')
  const said = useWords('comments')
  const isHeld = usePointerHeld(editor)
  const shown = useEditorValue(editor, (now) => {
    const { selection } = now.state
    const isInText = selection instanceof TextSelection && !selection.$from.parent.type.spec.code
    if (!isInText || selection instanceof NodeSelection) return null
    const hasWords = !selection.empty && now.state.doc.textBetween(selection.from, selection.to, ' ').trim() !== ''
    if (!hasWords && !(isNarrow && now.isFocused && now.isEditable)) return null
    const turn = turns.find(({ isOn }) => isOn(now))?.id ?? 'paragraph'
    return {
      box: boxIn(now, selection.from, selection.to),
      on: markNames.filter((name) => now.isActive(name)),
      isLink: now.isActive('link'),
      turn,
      hasWords,
      mayWrite: now.isEditable,
    }
  })
  if (!shown || (isHeld && !isNarrow)) return null
  const turn = turns.find(({ id }) => id === shown.turn)
  const columnTop = editor.view.dom.parentElement?.parentElement?.getBoundingClientRect().top ?? 0
  const hasRoomAbove = columnTop + shown.box.top > 130
  const place = isNarrow
    ? undefined
    : {
        left: Math.max(0, Math.round((shown.box.left + shown.box.right) / 2)),
        top: hasRoomAbove ? shown.box.top - 50 : shown.box.bottom + 10,
      }
  const comment = (
    <Tool label={`${said('add')} (${keysShown('mod+alt+m').join(' ')})`} onClick={onComment} disabled={!shown.hasWords}>
      <IconMessagePlus />
    </Tool>
  )
  // who only reads may still say something
  if (!shown.mayWrite)
    return (
      <Toolbar editor={editor} label={t('tools')} barRef={barRef} place={place} isDocked={isNarrow}>
        {comment}
      </Toolbar>
    )
  return (
    <Toolbar editor={editor} label={t('tools')} barRef={barRef} place={place} isDocked={isNarrow}>
      <Menu
        label={t('turn')}
        width={200}
        trigger={(props) => (
          <button {...props} tabIndex={0} className={`${looks.tool} ${looks.turn}`} title={t('turn')}>
            {turn ? t(turn.word) : ''}
            <IconChevronDown />
          </button>
        )}
      >
        {turns.map(({ id, word, run }) => (
          <MenuItem key={id} isChosen={id === shown.turn} onChoose={() => void run(editor)}>
            {t(word)}
          </MenuItem>
        ))}
      </Menu>
      <ToolLine />
      {marks.map(({ name, keys, icon: Icon }) => (
        <Tool
          key={name}
          label={`${t(`mark.${name}`)} (${keysShown(keys).join(' ')})`}
          isOn={shown.on.includes(name)}
          onClick={() => editor.chain().focus().toggleMark(name).run()}
        >
          <Icon />
        </Tool>
      ))}
      <ToolLine />
      <Tool
        label={`${t('mark.link')} (${keysShown('mod+k').join(' ')})`}
        isOn={shown.isLink}
        onClick={onLink}
        disabled={!shown.hasWords && !shown.isLink}
      >
        <IconLink />
      </Tool>
      {comment}
      <Tool label={t('mark.clear')} onClick={() => editor.chain().focus().unsetAllMarks().run()}>
        <IconClearFormatting />
      </Tool>
    </Toolbar>
  )
}

/** While the button is down the selection still grows; tools would stand in its way. */
function usePointerHeld(editor: Editor): boolean {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    const dom = editor.view.dom
    const down = () => setHeld(true)
    const up = () => setHeld(false)
    dom.addEventListener('pointerdown', down)
    document.addEventListener('pointerup', up)
    document.addEventListener('pointercancel', up)
    return () => {
      dom.removeEventListener('pointerdown', down)
      document.removeEventListener('pointerup', up)
      document.removeEventListener('pointercancel', up)
    }
  }, [editor])
  return isHeld
}

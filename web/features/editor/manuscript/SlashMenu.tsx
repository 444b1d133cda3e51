/** The list that `/` opens: walked with the arrows while the text keeps the focus, narrowed by what is typed on. */
import type { Editor } from '@tiptap/core'
import {
  IconAlertTriangle,
  IconBlockquote,
  IconBulb,
  IconCode,
  IconH1,
  IconH2,
  IconH3,
  IconH4,
  IconInfoCircle,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconMessageExclamation,
  IconMovie,
  IconPhoto,
  IconPilcrow,
  IconPlus,
  IconSeparatorHorizontal,
  IconSuperscript,
  IconTable,
  IconUrgent,
  type Icon,
} from '@tabler/icons-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { useWords } from '../../../words/words.ts'
import { slashIn } from './slash.ts'
import { matchingEntries, type PageActs, type SlashEntry } from './slash-entries.ts'
import looks from './tools.module.css'
import { boxIn, useEditorValue } from './use-editor.ts'

const icons: Readonly<Record<string, Icon>> = {
  picture: IconPhoto,
  heading1: IconH1,
  heading2: IconH2,
  heading3: IconH3,
  heading4: IconH4,
  bulletList: IconList,
  orderedList: IconListNumbers,
  taskList: IconListCheck,
  blockquote: IconBlockquote,
  table: IconTable,
  codeBlock: IconCode,
  embed: IconMovie,
  footnote: IconSuperscript,
  horizontalRule: IconSeparatorHorizontal,
  'callout-note': IconInfoCircle,
  'callout-tip': IconBulb,
  'callout-important': IconMessageExclamation,
  'callout-warning': IconAlertTriangle,
  'callout-caution': IconUrgent,
}

/** Keys come through the editor; this is where they arrive while the list is open. */
export type SlashKeys = { current: ((event: KeyboardEvent) => boolean) | null }

export function SlashMenu({ editor, page, keys }: { editor: Editor; page: PageActs; keys: SlashKeys }) {
  const t = useWords('editor')
  const id = useId()
  const open = useEditorValue(editor, (now) => {
    const slash = slashIn(now.state)
    return slash && now.isEditable ? { ...slash, box: boxIn(now, slash.from) } : null
  })
  const query = open?.query ?? ''
  const entries = useMemo(
    () => (open ? matchingEntries(query, (entry) => t(entry.word)) : []),
    [open !== null, query, t],
  )
  const [chosen, setChosen] = useState({ query: '', at: 0 })
  const at = chosen.query === query ? Math.min(chosen.at, entries.length - 1) : 0
  const choose = (entry: SlashEntry | undefined) => {
    const slash = slashIn(editor.state)
    if (!entry || !slash) return
    editor
      .chain()
      .deleteRange({ from: slash.from, to: slash.from + slash.query.length + 1 })
      .run()
    entry.run(editor, page)
  }
  useEffect(() => {
    keys.current = open
      ? (event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step && entries.length > 0) setChosen({ query, at: (at + step + entries.length) % entries.length })
          else if ((event.key === 'Enter' || event.key === 'Tab') && entries[at]) choose(entries[at])
          else return false
          return true
        }
      : null
  })
  useActiveDescendant(
    editor,
    open ? { list: `${id}-list`, option: entries[at] ? `${id}-${entries[at].id}` : null } : null,
  )
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [at, query])
  if (!open) return null
  const columnTop = editor.view.dom.parentElement?.parentElement?.getBoundingClientRect().top ?? 0
  const isBelow = columnTop + open.box.bottom + 330 < innerHeight || columnTop + open.box.top < 330
  return (
    <div
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label={t('insert')}
      className={looks.slash}
      style={
        isBelow
          ? { left: open.box.left, top: open.box.bottom + 6 }
          : { left: open.box.left, bottom: `calc(100% - ${open.box.top - 6}px)` }
      }
      onMouseDown={(event) => event.preventDefault()}
    >
      {entries.map((entry, index) => {
        const Icon = icons[entry.id] ?? IconPilcrow
        return (
          <div
            key={entry.id}
            id={`${id}-${entry.id}`}
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            className={looks.entry}
            onPointerMove={() => index !== at && setChosen({ query, at: index })}
            onClick={() => choose(entry)}
          >
            <Icon aria-hidden="true" />
            <span>
              <strong>{t(entry.word)}</strong>
              <small>{t(entry.hint)}</small>
            </span>
            {entry.sign && <kbd>{entry.sign}</kbd>}
          </div>
        )
      })}
      {entries.length === 0 && <p className={looks.nothing}>{t('insert.nothing', { query })}</p>}
    </div>
  )
}

/** Tells those who listen which entry is chosen while the focus stays in the text. */
function useActiveDescendant(editor: Editor, active: { list: string; option: string | null } | null): void {
  const [listId, option] = [active?.list ?? null, active?.option ?? null]
  useEffect(() => {
    const { dom } = editor.view
    const set = (name: string, value: string | null) =>
      value === null ? dom.removeAttribute(name) : dom.setAttribute(name, value)
    set('aria-controls', listId)
    set('aria-activedescendant', option)
    return () => {
      dom.removeAttribute('aria-controls')
      dom.removeAttribute('aria-activedescendant')
    }
  }, [editor, listId, option])
}

/** A plus beside the empty line with the cursor: the same list for those who do not know the stroke. */
export function InsertButton({ editor }: { editor: Editor }) {
  const t = useWords('editor')
  const place = useEditorValue(editor, (now) => {
    const { $from, empty } = now.state.selection
    const isEmptyLine =
      empty && $from.depth === 1 && $from.parent.type.name === 'paragraph' && $from.parent.content.size === 0
    return isEmptyLine && now.isEditable && now.isFocused ? boxIn(now, $from.pos) : null
  })
  if (!place) return null
  return (
    <button
      type="button"
      tabIndex={-1}
      className={looks.plus}
      style={{ top: Math.round((place.top + place.bottom) / 2) }}
      aria-label={t('insert')}
      title={t('insert')}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => editor.chain().focus().insertContent('/').run()}
    >
      <IconPlus />
    </button>
  )
}

/**
 * A field of the shared document (title, lead). What is typed goes in as small changes, what others type comes in around the
 * cursor, and undo takes back only one's own. While an input method composes a word the field is left alone; the word goes in
 * when it is done.
 */
import { simpleDiffString } from 'lib0/diff'
import { type ComponentProps, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type * as Y from 'yjs'
import { UndoManager } from 'yjs'
import looks from './editor.module.css'
import { changeText, type Delta, movedBy } from './writing/text-change.ts'

type Props = {
  text: Y.Text
  fieldRef: RefObject<HTMLTextAreaElement | null>
  /** Makes what was typed fit the field. */
  clean: (typed: string) => string
  /** Where the cursor is, while the focus is here; null when it leaves. */
  onPlace: (place: { from: number; to: number } | null) => void
  className?: string
} & Omit<ComponentProps<'textarea'>, 'value' | 'className' | 'rows' | 'onChange'>

export function SharedField({ text, fieldRef, clean, onPlace, className, onKeyDown, ...field }: Props) {
  const { value, takeInput, compose, takeComposed, undo } = useSharedText(text, fieldRef, clean)
  const tellPlace = () => {
    const dom = fieldRef.current
    if (dom && document.activeElement === dom) onPlace({ from: dom.selectionStart, to: dom.selectionEnd })
  }
  useEffect(() => {
    const dom = fieldRef.current
    if (!dom) return
    // React has no event for undo from a menu or by a shaken phone
    const onBefore = (event: InputEvent) => {
      if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return
      event.preventDefault()
      undo(event.inputType === 'historyRedo')
    }
    dom.addEventListener('beforeinput', onBefore)
    return () => dom.removeEventListener('beforeinput', onBefore)
  }, [fieldRef, undo])
  return (
    <div
      className={[looks.growing, className].filter(Boolean).join(' ')}
      data-value={`${value || field.placeholder}\u200B`}
    >
      <textarea
        {...field}
        ref={fieldRef}
        value={value}
        rows={1}
        onChange={(event) => (takeInput(event.currentTarget), tellPlace())}
        onCompositionStart={compose}
        onCompositionEnd={(event) => takeComposed(event.currentTarget)}
        onSelect={tellPlace}
        onFocus={tellPlace}
        onBlur={() => onPlace(null)}
        onKeyDown={(event) => {
          const key = event.key.toLowerCase()
          const isUndo = (event.ctrlKey || event.metaKey) && !event.altKey && (key === 'z' || key === 'y')
          if (!isUndo || field.readOnly) return onKeyDown?.(event)
          event.preventDefault()
          undo(key === 'y' || event.shiftKey)
        }}
      />
    </div>
  )
}

function useSharedText(
  text: Y.Text,
  fieldRef: RefObject<HTMLTextAreaElement | null>,
  clean: (typed: string) => string,
) {
  const [value, setValue] = useState(() => text.toString())
  /** While a word is composed: the text as it was, and what others wrote since. */
  const composed = useRef<{ base: string; missed: Delta[] } | null>(null)
  /** Where the cursor belongs after the next drawing. */
  const cursor = useRef<{ from: number; to: number } | null>(null)
  const [own] = useState(() => ({ isField: true }))
  const [undoing] = useState(() => ({ manager: null as UndoManager | null }))
  useEffect(() => {
    const manager = new UndoManager(text, { trackedOrigins: new Set([own]), captureTimeout: 500 })
    undoing.manager = manager
    const onChange = (event: Y.YTextEvent, transaction: Y.Transaction) => {
      if (transaction.origin === own) return setValue(text.toString())
      const delta = event.delta as Delta // of a text there is nothing else in it
      if (composed.current) return void composed.current.missed.push(delta)
      const dom = fieldRef.current
      if (dom && document.activeElement === dom)
        cursor.current =
          transaction.origin === manager
            ? endOf(delta)
            : {
                from: movedBy(delta, dom.selectionStart, dom.selectionStart === dom.selectionEnd),
                to: movedBy(delta, dom.selectionEnd, true),
              }
      setValue(text.toString())
    }
    text.observe(onChange)
    setValue(text.toString())
    return () => {
      text.unobserve(onChange)
      manager.destroy()
    }
  }, [text, own, undoing, fieldRef])
  useLayoutEffect(() => {
    const place = cursor.current
    cursor.current = null
    if (place) fieldRef.current?.setSelectionRange(place.from, place.to)
  }, [value, fieldRef])

  const takeInput = (dom: HTMLTextAreaElement) => {
    if (composed.current) return setValue(dom.value)
    const typed = clean(dom.value)
    const place = Math.max(0, dom.selectionStart + Math.min(0, typed.length - dom.value.length))
    if (typed !== dom.value) cursor.current = { from: place, to: place }
    changeText(text, typed, place, own)
    setValue(text.toString())
  }
  const compose = () => {
    composed.current ??= { base: text.toString(), missed: [] }
  }
  /** The word is put where it belongs among what others wrote meanwhile. */
  const takeComposed = (dom: HTMLTextAreaElement) => {
    const { base, missed } = composed.current ?? { base: text.toString(), missed: [] }
    composed.current = null
    if (missed.length === 0) return takeInput(dom)
    const { index, remove, insert } = simpleDiffString(base, clean(dom.value))
    const place = (old: number) => missed.reduce((where, delta) => movedBy(delta, where, true), old)
    const [from, to] = [place(index), place(index + remove)]
    text.doc?.transact(() => {
      text.delete(from, Math.max(0, to - from))
      text.insert(from, insert)
    }, own)
    cursor.current = { from: from + insert.length, to: from + insert.length }
    setValue(text.toString())
  }
  const undo = useCallback(
    (isRedo: boolean) => void (isRedo ? undoing.manager?.redo() : undoing.manager?.undo()),
    [undoing],
  )
  return { value, takeInput, compose, takeComposed, undo }
}

/** Where a change ends: the cursor goes there after an undo. */
function endOf(delta: Delta): { from: number; to: number } {
  let [place, end] = [0, 0]
  for (const step of delta) {
    if (step.retain !== undefined) place += step.retain
    else if (typeof step.insert === 'string') end = place += step.insert.length
    else end = place
  }
  return { from: end, to: end }
}

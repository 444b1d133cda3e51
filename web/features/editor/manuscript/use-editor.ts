/** React's side of the editor: pieces that show its state draw again with every step it takes. */
import type { Editor } from '@tiptap/core'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'

/** @param read must answer equal values (by JSON) while nothing that it shows has changed. */
export function useEditorValue<Value>(editor: Editor, read: (editor: Editor) => Value): Value {
  const last = useRef<{ value: Value; key: string } | null>(null)
  const watch = (tell: () => void) => {
    for (const event of ['transaction', 'focus', 'blur'] as const) editor.on(event, tell)
    // lines break elsewhere, and with them every place changes
    addEventListener('resize', tell)
    return () => {
      removeEventListener('resize', tell)
      for (const event of ['transaction', 'focus', 'blur'] as const) editor.off(event, tell)
    }
  }
  return useSyncExternalStore(watch, () => {
    if (editor.isDestroyed && last.current) return last.current.value
    const value = read(editor)
    const key = JSON.stringify(value)
    if (last.current?.key !== key) last.current = { value, key }
    return last.current.value
  })
}

/** A rectangle in the coordinates of the column that holds the manuscript. */
export type Box = { left: number; top: number; right: number; bottom: number }

export function boxIn(editor: Editor, from: number, to: number = from): Box {
  const [start, end] = [editor.view.coordsAtPos(from), editor.view.coordsAtPos(to, -1)]
  return relative(editor, {
    left: Math.min(start.left, end.left),
    right: Math.max(start.right, end.right),
    top: Math.min(start.top, end.top),
    bottom: Math.max(start.bottom, end.bottom),
  })
}

export function boxOfNode(editor: Editor, position: number): Box | null {
  const dom = editor.view.nodeDOM(position)
  return dom instanceof HTMLElement ? relative(editor, dom.getBoundingClientRect()) : null
}

function relative(editor: Editor, { left, top, right, bottom }: Box): Box {
  const column =
    editor.view.dom.parentElement?.parentElement?.getBoundingClientRect() ?? editor.view.dom.getBoundingClientRect()
  const round = (value: number) => Math.round(value)
  return {
    left: round(left - column.left),
    top: round(top - column.top),
    right: round(right - column.left),
    bottom: round(bottom - column.top),
  }
}

const calmMs = 250

/** Grows with changes of the text, a few times a second at most: for what is counted and drawn beside it, not for each letter. */
export function useEditorTick(editor: Editor): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const onUpdate = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        setTick((now) => now + 1)
      }, calmMs)
    }
    editor.on('update', onUpdate)
    return () => {
      clearTimeout(timer)
      editor.off('update', onUpdate)
    }
  }, [editor])
  return tick
}

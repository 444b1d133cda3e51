/** A small panel beside a place in the manuscript. Escape and a click elsewhere close it; the focus goes back to the text. */
import type { Editor } from '@tiptap/core'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import looks from './tools.module.css'
import type { Box } from './use-editor.ts'

const gapPx = 8
const edgePx = 8

export function Floating({
  editor,
  box,
  label,
  width,
  onClose,
  children,
}: {
  editor: Editor
  box: Box
  label: string
  width: number
  onClose: () => void
  children: ReactNode
}) {
  const panel = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null)
  useLayoutEffect(() => {
    const column = panel.current?.offsetParent?.getBoundingClientRect()
    const height = panel.current?.offsetHeight ?? 0
    if (!column) return
    const isBelow = column.top + box.bottom + gapPx + height <= innerHeight - edgePx || column.top + box.top < height
    const left = Math.max(edgePx - column.left, Math.min(box.left, innerWidth - column.left - width - edgePx))
    setPlace({ left, top: isBelow ? box.bottom + gapPx : box.top - gapPx - height })
  }, [box.left, box.top, box.bottom, width])
  useEffect(() => {
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !panel.current?.contains(event.target)) onClose()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      event.preventDefault()
      onClose()
      editor.commands.focus()
    }
    document.addEventListener('pointerdown', onPointer, true)
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('pointerdown', onPointer, true)
      document.removeEventListener('keydown', onKey)
    }
  }, [editor, onClose])
  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={label}
      className={looks.floating}
      style={{
        width: `min(${width}px, calc(100vw - 16px))`,
        ...(place ?? { left: 0, top: 0, opacity: 0 /* not hidden: its field takes the focus as it comes */ }),
      }}
    >
      {children}
    </div>
  )
}

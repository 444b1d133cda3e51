/** A row of buttons that is one stop for Tab: arrows walk through it, Escape leads back to the text. */
import type { Editor } from '@tiptap/core'
import {
  type ComponentProps,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useState,
} from 'react'
import looks from './tools.module.css'

export function Toolbar({
  editor,
  label,
  children,
  place,
  barRef,
  isDocked,
}: {
  editor: Editor
  label: string
  children: ReactNode
  place?: { left: number; top: number }
  barRef: RefObject<HTMLDivElement | null>
  isDocked?: boolean
}) {
  const left = useLeftInside(barRef, place?.left)
  const keyboard = useKeyboardHeight(isDocked === true)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled), select')].filter(
      (button) => button.offsetParent !== null,
    )
    const at = buttons.findIndex((button) => button === document.activeElement)
    const to = {
      ArrowRight: (at + 1) % buttons.length,
      ArrowLeft: (at - 1 + buttons.length) % buttons.length,
      Home: 0,
      End: buttons.length - 1,
    }[event.key]
    if (event.key === 'Escape') {
      event.stopPropagation()
      editor.commands.focus()
    } else if (to !== undefined) {
      event.preventDefault()
      buttons[to]?.focus()
    }
  }
  return (
    <div
      ref={barRef}
      role="toolbar"
      aria-label={label}
      className={looks.bar}
      data-docked={isDocked || undefined}
      style={
        place ? { left, top: place.top } : ({ '--keyboard': `${keyboard}px` } as CSSProperties) /* a property of ours */
      }
      // the text keeps its selection and the focus
      onMouseDown={(event) => event.preventDefault()}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  )
}

/** How much of the page the keyboard of a phone covers, px. */
function useKeyboardHeight(isAsked: boolean): number {
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const view = window.visualViewport
    if (!isAsked || !view) return
    const measure = () => setHeight(Math.max(0, Math.round(innerHeight - view.height - view.offsetTop)))
    measure()
    view.addEventListener('resize', measure)
    view.addEventListener('scroll', measure)
    return () => {
      view.removeEventListener('resize', measure)
      view.removeEventListener('scroll', measure)
    }
  }, [isAsked])
  return height
}

/** The middle of the bar, moved so that the whole of it stands over the sheet. */
function useLeftInside(barRef: RefObject<HTMLDivElement | null>, wanted: number | undefined): number | undefined {
  const [left, setLeft] = useState(wanted)
  useLayoutEffect(() => {
    const column = barRef.current?.offsetParent
    const sheet = column?.parentElement?.getBoundingClientRect()
    if (!barRef.current || !column || !sheet || wanted === undefined) return
    const half = barRef.current.offsetWidth / 2
    const start = column.getBoundingClientRect().left
    setLeft(Math.max(sheet.left - start + half, Math.min(wanted, sheet.right - start - half)))
  }, [barRef, wanted])
  return left
}

export function Tool({
  label,
  isOn,
  children,
  ...rest
}: { label: string; isOn?: boolean; children: ReactNode } & Omit<ComponentProps<'button'>, 'type'>) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={label}
      title={label}
      aria-pressed={isOn}
      className={looks.tool}
      {...rest}
    >
      {children}
    </button>
  )
}

export const ToolLine = () => <span role="separator" className={looks.separator} />

/** A row of buttons that is one stop for Tab: arrows walk through it, Escape leads back to the text. */
import type { Editor } from '@tiptap/core'
import type { ComponentProps, KeyboardEvent, ReactNode, Ref } from 'react'
import looks from './tools.module.css'

export function Toolbar({ editor, label, children, place, barRef, isDocked }: { editor: Editor; label: string; children: ReactNode; place?: { left: number; top: number }; barRef?: Ref<HTMLDivElement>; isDocked?: boolean }) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled), select')].filter((button) => button.offsetParent !== null)
    const at = buttons.findIndex((button) => button === document.activeElement)
    const to = { ArrowRight: (at + 1) % buttons.length, ArrowLeft: (at - 1 + buttons.length) % buttons.length, Home: 0, End: buttons.length - 1 }[event.key]
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
      style={place}
      // the text keeps its selection and the focus
      onMouseDown={(event) => event.preventDefault()}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  )
}

export function Tool({ label, isOn, children, ...rest }: { label: string; isOn?: boolean; children: ReactNode } & Omit<ComponentProps<'button'>, 'type'>) {
  return (
    <button type="button" tabIndex={-1} aria-label={label} title={label} aria-pressed={isOn} className={looks.tool} {...rest}>
      {children}
    </button>
  )
}

export const ToolLine = () => <span role="separator" className={looks.separator} />

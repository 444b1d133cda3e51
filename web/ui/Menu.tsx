/**
 * A short list of things to do or places to go, opened by a button. Stands on the browser's own popovers: Escape and a click
 * elsewhere close it, the focus goes back to the button. Arrow keys, Home and End move; the first letter jumps.
 */
import { IconCheck } from '@tabler/icons-react'
import {
  type ComponentProps,
  createContext,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  use,
  useId,
  useRef,
} from 'react'
import looks from './Menu.module.css'
import { usePopover } from './popover.ts'

type TriggerProps = {
  ref: RefObject<HTMLButtonElement | null>
  type: 'button'
  popoverTarget: string
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string
}
type MenuProps = {
  /** What the list is, for those who listen. */
  label: string
  /** Draws the button; spread the given props on a `<button>`. */
  trigger: (props: TriggerProps) => ReactNode
  /** px. Default 220. */
  width?: number
  align?: 'start' | 'end'
  children: ReactNode
}

const CloseContext = createContext<() => void>(() => {})

export function Menu({ label, trigger, width = 220, align = 'start', children }: MenuProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const { list, isOpen, props } = usePopover({ button, width, align, first: items })

  return (
    <>
      {trigger({
        ref: button,
        type: 'button',
        popoverTarget: id,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': id,
      })}
      <div
        {...props}
        id={id}
        role="menu"
        aria-label={label}
        className={looks.list}
        onKeyDown={(event) => move(event, list.current)}
      >
        <CloseContext value={() => list.current?.hidePopover()}>{isOpen && children}</CloseContext>
      </div>
    </>
  )
}

const items = '[role^="menuitem"]'
const itemsOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>(items)]

function move(event: KeyboardEvent, list: HTMLElement | null): void {
  if (!list) return
  const items = itemsOf(list)
  const now = items.findIndex((item) => item === document.activeElement)
  const to = {
    ArrowDown: (now + 1) % items.length,
    ArrowUp: (now - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key]
  const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey ? event.key.toLocaleLowerCase() : null
  const target =
    to !== undefined
      ? items[to]
      : letter
        ? [...items.slice(now + 1), ...items].find((item) =>
            item.textContent?.trim().toLocaleLowerCase().startsWith(letter),
          )
        : undefined
  if (event.key === 'Tab') list.hidePopover()
  if (!target) return
  event.preventDefault()
  event.stopPropagation()
  target.focus()
}

type ItemProps = { icon?: ReactNode; after?: ReactNode; isChosen?: boolean; isDanger?: boolean; children: ReactNode }

/** Does something, then the menu closes. With `isChosen` given it is one of several choices. */
export function MenuItem({
  icon,
  after,
  isChosen,
  isDanger,
  onChoose,
  children,
  ...rest
}: ItemProps & { onChoose: () => void } & Omit<ComponentProps<'button'>, 'onClick' | 'children'>) {
  const close = use(CloseContext)
  return (
    <button
      {...rest}
      type="button"
      tabIndex={-1}
      className={looks.item}
      data-danger={isDanger || undefined}
      role={isChosen === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={isChosen}
      onClick={() => {
        close()
        onChoose()
      }}
    >
      {icon}
      <span className={looks.words}>{children}</span>
      {isChosen ? <IconCheck /> : after}
    </button>
  )
}

/** Leads somewhere. */
export function MenuLink({
  icon,
  after,
  children,
  href,
  ...rest
}: ItemProps & { href: string } & Omit<ComponentProps<'a'>, 'children' | 'href'>) {
  const close = use(CloseContext)
  return (
    <a {...rest} href={href} role="menuitem" tabIndex={-1} className={looks.item} onClick={close}>
      {icon}
      <span className={looks.words}>{children}</span>
      {after}
    </a>
  )
}

export const MenuHeading = ({ children }: { children: ReactNode }) => (
  <p role="presentation" className={looks.heading}>
    {children}
  </p>
)
export const MenuLine = () => <hr className={looks.line} />

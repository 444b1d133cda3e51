/** Buttons. One `primary` on a screen; `danger` only where something is taken away. */
import type { ComponentProps, ReactNode } from 'react'
import looks from './Button.module.css'

type Tone = 'primary' | 'plain' | 'quiet' | 'danger'
type Shared = {
  tone?: Tone
  size?: 'normal' | 'small'
  icon?: ReactNode
  /** A {@link KeyHint} or a count after the words. */
  after?: ReactNode
  children?: ReactNode
  className?: string
}
type ButtonProps = Shared &
  Omit<ComponentProps<'button'>, keyof Shared | 'disabled'> & {
    busy?: boolean
    /** Why it cannot be pressed now; it stays reachable and says so. */
    disabledWhy?: string | null | false
  }

const classes = (tone: Tone, size: string, className?: string) =>
  [looks.button, looks[tone], size === 'small' && looks.small, className].filter(Boolean).join(' ')

export function Button({
  tone = 'plain',
  size = 'normal',
  icon,
  after,
  busy,
  disabledWhy,
  children,
  className,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  const isOff = Boolean(disabledWhy)
  return (
    <button
      {...rest}
      type={isOff ? 'button' : type}
      className={classes(tone, size, className)}
      aria-disabled={isOff || busy || undefined}
      aria-busy={busy || undefined}
      title={disabledWhy || rest.title}
      onClick={(event) => {
        if (isOff || busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {icon}
      {children !== undefined && children !== null && <span>{children}</span>}
      {isOff && <span className="only-read">, {disabledWhy}</span>}
      {after}
    </button>
  )
}

/** A link that looks like a button: it leads somewhere. */
export function LinkButton({
  tone = 'plain',
  size = 'normal',
  icon,
  after,
  children,
  className,
  ...rest
}: Shared & Omit<ComponentProps<'a'>, keyof Shared>) {
  return (
    <a {...rest} className={classes(tone, size, className)}>
      {icon}
      {children !== undefined && children !== null && <span>{children}</span>}
      {after}
    </a>
  )
}

/** A square button with an icon alone; `label` is what it is called. */
export function IconButton({
  label,
  children,
  className,
  size = 'normal',
  ...rest
}: { label: string; children: ReactNode; size?: 'normal' | 'small' } & Omit<ComponentProps<'button'>, 'children'>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={[looks.icon, size === 'small' && looks.iconSmall, className].filter(Boolean).join(' ')}
    >
      {children}
    </button>
  )
}

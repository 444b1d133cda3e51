/** The key that does the same, shown beside the action. */
import looks from './KeyHint.module.css'

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

/** `mod+k` → ⌘K or Ctrl K. */
export function keysShown(keys: string): string[] {
  const names: Record<string, string> = {
    mod: isApple ? '⌘' : 'Ctrl',
    shift: '⇧',
    alt: isApple ? '⌥' : 'Alt',
    enter: '↵',
    escape: 'Esc',
    arrowup: '↑',
    arrowdown: '↓',
    arrowleft: '←',
    arrowright: '→',
    space: '␣',
  }
  return keys.split('+').map((part) => names[part] ?? part.toUpperCase())
}

export function KeyHint({ keys }: { keys: string }) {
  return (
    <span className={looks.keys} aria-hidden="true">
      {keysShown(keys).map((key) => (
        <kbd key={key} className={looks.key}>
          {key}
        </kbd>
      ))}
    </span>
  )
}

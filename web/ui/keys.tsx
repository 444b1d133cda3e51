/**
 * Keyboard shortcuts. A piece that is on the screen registers its keys with {@link useKeys}; whatever is registered now is
 * what `?` shows. A shortcut without a modifier stays silent while someone types.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react'

export type Shortcut = {
  /** `mod+k`, `shift+?`, `t`, `arrowleft`. `mod` is ⌘ on a Mac, Ctrl elsewhere. */
  keys: string
  /** What it does, in the person's language. */
  label: string
  /** Heading under which `?` shows it. */
  group: string
  run: (event: KeyboardEvent) => void
  /** Works while a field has the focus, too. Default: only with `mod`. */
  whileTyping?: boolean
  /** `?` shows it; a piece with keys of its own (the manuscript) acts on it. */
  isShownOnly?: boolean
}

const registered = new Set<{ current: readonly Shortcut[] }>()
const watchers = new Set<() => void>()
let shown: readonly Shortcut[] = []

const refresh = () => {
  shown = [...registered].flatMap((entry) => entry.current)
  for (const watcher of watchers) watcher()
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type ?? '') // only inputs carry a type

/** The arrows of a radio button choose its neighbour. */
const ownsArrow = ({ key, target }: KeyboardEvent): boolean =>
  key.startsWith('Arrow') && target instanceof HTMLInputElement && target.type === 'radio'

/** Does this press match `keys`? Shift counts only where it is named or the key is a letter. */
export function matches(
  keys: string,
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> & { code?: string },
): boolean {
  const parts = keys.toLowerCase().split('+')
  const key = parts.at(-1) ?? ''
  const pressed = event.key === ' ' ? 'space' : event.key.toLowerCase()
  // on a Mac Option makes another sign of a letter
  const isSameLetter = event.altKey && event.code === `Key${key.toUpperCase()}`
  if (
    (pressed !== key && !isSameLetter) ||
    (event.ctrlKey || event.metaKey) !== parts.includes('mod') ||
    event.altKey !== parts.includes('alt')
  )
    return false
  const shiftMatters = /^[a-z]$|^arrow|^enter$|^space$|^tab$/.test(key)
  return !shiftMatters || event.shiftKey === parts.includes('shift')
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  const typing = isTyping(event.target) || ownsArrow(event)
  // the latest registered wins: a dialog stands above its page
  for (const entry of [...registered].reverse()) {
    const found = entry.current.find(
      (shortcut) =>
        !shortcut.isShownOnly &&
        matches(shortcut.keys, event) &&
        (!typing || (shortcut.whileTyping ?? shortcut.keys.includes('mod'))),
    )
    if (!found) continue
    event.preventDefault()
    found.run(event)
    return
  }
}

/** Registers shortcuts while the calling piece is on the screen. */
export function useKeys(shortcuts: readonly Shortcut[]): void {
  const entry = useRef(shortcuts)
  const signature = shortcuts.map((one) => `${one.keys} ${one.label}`).join('|')
  useEffect(() => {
    entry.current = shortcuts
  })
  // the signature stands for the words; run is read when pressed
  useEffect(() => {
    if (registered.size === 0) document.addEventListener('keydown', onKeyDown)
    registered.add(entry)
    refresh()
    return () => {
      registered.delete(entry)
      if (registered.size === 0) document.removeEventListener('keydown', onKeyDown)
      refresh()
    }
  }, [signature])
}

/** Everything that `?` has to show now. */
export const useRegisteredKeys = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (watcher) => (watchers.add(watcher), () => watchers.delete(watcher)),
    () => shown,
  )

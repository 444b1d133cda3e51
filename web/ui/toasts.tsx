/**
 * Short notices at the bottom, each with at most one thing to do, usually Undo.
 * They wait while the pointer or the focus is on them.
 */
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button, IconButton } from './Button.tsx'
import { useSurroundings } from './surroundings.tsx'
import looks from './toasts.module.css'

export type Toast = {
  text: string
  tone?: 'good' | 'bad'
  /** Shows Undo. May be slow; the notice goes away at once. */
  undo?: () => void
  /** Another thing to do instead of Undo. */
  action?: { label: string; run: () => void }
  /** How long it stays, ms. Default 6,000; 10,000 for bad news. */
  stayMs?: number
  /** Called once when it is gone without Undo. */
  onGone?: () => void
}
type Shown = Toast & { id: number }

const toastsMax = 4
const watchers = new Set<() => void>()
let nextId = 1
let shown: readonly Shown[] = []

function change(next: readonly Shown[]) {
  shown = next
  for (const watcher of watchers) watcher()
}

/** @returns a function that takes the notice away early. */
export function showToast(toast: Toast): () => void {
  const id = nextId++
  const overflow = shown.slice(0, Math.max(0, shown.length + 1 - toastsMax))
  change([...shown.slice(overflow.length), { ...toast, id }])
  for (const gone of overflow) gone.onGone?.()
  return () => dismiss(id, true)
}

function dismiss(id: number, isGone: boolean) {
  const found = shown.find((toast) => toast.id === id)
  if (!found) return
  change(shown.filter((toast) => toast.id !== id))
  if (isGone) found.onGone?.()
}

export function Toasts() {
  const { words } = useSurroundings()
  const toasts = useSyncExternalStore(
    (watcher) => (watchers.add(watcher), () => watchers.delete(watcher)),
    () => shown,
  )
  return (
    <section aria-label={words.notices} aria-live="polite" className={looks.region}>
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function ToastCard({ toast }: { toast: Shown }) {
  const { words } = useSurroundings()
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => dismiss(toast.id, true), toast.stayMs ?? (toast.tone === 'bad' ? 10_000 : 6_000))
    return () => clearTimeout(timer)
  }, [isHeld, toast])
  const act = (run: () => void) => () => {
    dismiss(toast.id, false)
    run()
  }
  return (
    <div
      className={looks.toast}
      data-tone={toast.tone ?? 'good'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.tone === 'bad' ? <IconAlertTriangle size={18} /> : <IconCheck size={18} />}
      <p>{toast.text}</p>
      {toast.undo && (
        <Button size="small" onClick={act(toast.undo)}>
          {words.undo}
        </Button>
      )}
      {toast.action && (
        <Button size="small" onClick={act(toast.action.run)}>
          {toast.action.label}
        </Button>
      )}
      <IconButton size="small" label={words.close} onClick={() => dismiss(toast.id, true)}>
        <IconX />
      </IconButton>
    </div>
  )
}

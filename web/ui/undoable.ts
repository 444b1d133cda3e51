/**
 * Taking something away without asking first. Two ways, both with Undo for some seconds:
 * {@link doWithUndo} where the server can take it back, {@link doLater} where it cannot, so the act itself waits.
 */
import { showToast } from './toasts.tsx'

/** Does it now; Undo calls `undo`. Failures of either are the caller's to show (they reject). */
export async function doWithUndo(act: {
  text: string
  run: () => Promise<unknown>
  undo: () => Promise<unknown>
  onFailure: (error: unknown) => void
}): Promise<void> {
  try {
    await act.run()
  } catch (error) {
    act.onFailure(error)
    return
  }
  showToast({ text: act.text, undo: () => void act.undo().catch(act.onFailure) })
}

/**
 * Hides it now, does it when the notice is gone (or the page is left), unless the person takes it back.
 * `hide` is told true at once and false when it was undone or failed.
 */
export function doLater(act: {
  text: string
  hide: (isHidden: boolean) => void
  run: () => Promise<unknown>
  onFailure: (error: unknown) => void
}): void {
  let isDone = false
  const finish = () => {
    if (isDone) return
    isDone = true
    removeEventListener('pagehide', finish)
    act.run().catch((error: unknown) => {
      act.hide(false)
      act.onFailure(error)
    })
  }
  act.hide(true)
  addEventListener('pagehide', finish)
  showToast({
    text: act.text,
    onGone: finish,
    undo: () => {
      isDone = true
      removeEventListener('pagehide', finish)
      act.hide(false)
    },
  })
}

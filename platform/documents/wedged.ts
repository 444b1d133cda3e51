/**
 * A client can get stuck: once, after the server had been away behind a proxy, the driver kept its first error for minutes and looked no
 * more. Whoever is stuck is told apart from a server that is away by a client made fresh: if that one is answered, and the old one still is not, the
 * old one will not come back by itself.
 */

export type WedgeWatch = {
  /** Whether the client in use is answered. Never throws. */
  answers: () => Promise<boolean>
  /** Whether a client made for this question is. Never throws. */
  freshAnswers: () => Promise<boolean>
  everyMs: number
  onWedged: () => void
}

/** Unanswered so often in a row before a fresh client is asked. */
const silentMax = 3

/** Tells once. @returns a function that ends the watch; it holds no process open */
export function watchForWedge({ answers, freshAnswers, everyMs, onWedged }: WedgeWatch): () => void {
  let silent = 0
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const look = async (): Promise<void> => {
    silent = (await answers()) ? 0 : silent + 1
    const isWedged = silent >= silentMax && (await freshAnswers()) && !(await answers())
    if (isOver) return
    if (isWedged) onWedged()
    else arm()
  }
  const arm = (): void => {
    timer = setTimeout(() => void look(), everyMs).unref()
  }
  arm()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

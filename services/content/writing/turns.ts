/** Work on one thing, one after the other, within this process. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>()
  return {
    take: <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
      const turn = (last.get(name) ?? Promise.resolve()).then(work, work)
      last.set(name, turn)
      const leave = (): void => {
        if (last.get(name) === turn) last.delete(name)
      }
      turn.then(leave, leave)
      return turn
    },
    idle: async (): Promise<void> => {
      await Promise.allSettled(last.values())
    },
  }
}
export type Turns = ReturnType<typeof createTurns>

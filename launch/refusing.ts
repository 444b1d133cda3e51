/** Mains that the command line starts: sentences on stderr, one JSON answer on stdout, refusals as `refused CODE TEXT`. */

/** @param work answers null when it was used wrongly */
export async function runMain(work: (say: (sentence: string) => void) => Promise<object | null>): Promise<void> {
  const say = (sentence: string): void => console.error(sentence)
  try {
    const answer = await work(say)
    if (answer) console.log(JSON.stringify(answer))
    else {
      say('refused wrong-use Name the archive.')
      process.exitCode = 2
    }
  } catch (error) {
    const isRefusal = error instanceof Error && 'code' in error && ['StartRefused', 'LockHeld'].includes(error.name)
    if (isRefusal) say(`refused ${String(error.code)} ${error.message}`)
    else if (error instanceof Error && error.name === 'SettingsMistakes') say(`refused settings ${error.message}`)
    else console.error(error)
    process.exitCode = 1
  }
}

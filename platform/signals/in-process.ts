/** Hints where all of an installation is one process: each hearer is called once the sender's own work is done. */
import type { Log } from '../log.ts'
import { createHearers } from './hearers.ts'
import { checkTopic, problemOfHint, type Signals } from './port.ts'

export function inProcessSignals(log: Log): Signals {
  const hearers = createHearers(log)
  return {
    send: (topic, text) => {
      const problem = problemOfHint(topic, text)
      if (problem) log.error('a hint was not sent', { error: problem })
      else queueMicrotask(() => hearers.heard(topic, text))
    },
    hear: async (topic, hearer) => {
      checkTopic(topic)
      const entry = { topic, hearer }
      hearers.add(entry)
      return () => void hearers.remove(entry)
    },
    isConnected: () => true,
    close: async () => hearers.clear(),
  }
}

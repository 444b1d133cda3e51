/**
 * What was asked, and what was answered: on the disk before a request leaves, and again when its answer is there. The judge
 * believes nothing else.
 *
 * sent → acknowledged; or → refused: it certainly had no effect; or → unknown: no answer, or one that says neither. What is
 * unknown the worker finds out by reading or by asking again, and says so: acknowledged or refused then.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'

/** What each operation is about, as far as the judge needs it. */
export type Facts = {
  create: { token: string; hash: string; key: string }
  save: { articleId: string; editionId: string; basedOn: number; token: string; hash: string }
  publish: { articleId: string; editionId: string; versionId: string; channel: 'site' | 'webhook'; key: string }
  import: { tokens: readonly string[]; hashes: readonly string[]; key: string }
  upload: { sha256: string; bytes: number }
  visit: Record<string, never>
}
/** What an acknowledgement said. */
export type Answers = {
  create: { articleId: string; editionId: string; versionId: string }
  save: { revision: number; versionId: string }
  publish: { deliveryId: string }
  import: { importId: string }
  upload: { mediaId: string; url: string }
  visit: Record<string, never>
}
export type Operation = keyof Facts
export type State = 'sent' | 'acknowledged' | 'refused' | 'unknown'
export type Entry<Name extends Operation = Operation> = {
  id: number
  operation: Name
  facts: Facts[Name]
  state: State
  answer: Answers[Name] | null
  sentMs: number
  settledMs: number | null
}

export type Ledger = {
  /** Synced when it returns. */
  send: <Name extends Operation>(operation: Name, facts: Facts[Name]) => Entry<Name>
  settle: <Name extends Operation>(entry: Entry<Name>, state: Exclude<State, 'sent'>, answer?: Answers[Name]) => void
  /** Anything else that tells later what happened. */
  note: (what: object) => void
  of: <Name extends Operation>(operation: Name) => Entry<Name>[]
  count: (state: State) => number
  close: () => void
}

export function openLedger(file: string): Ledger {
  const handle = openSync(file, 'a', 0o600)
  const entries: Entry[] = []
  const write = (what: object): void => {
    writeSync(handle, `${JSON.stringify(what)}\n`)
    fdatasyncSync(handle)
  }
  return {
    send: <Name extends Operation>(operation: Name, facts: Facts[Name]) => {
      const entry: Entry<Name> = {
        id: entries.length + 1,
        operation,
        facts,
        state: 'sent',
        answer: null,
        sentMs: Date.now(),
        settledMs: null,
      }
      entries.push(entry)
      write({ sent: entry.id, at: entry.sentMs, operation, facts })
      return entry
    },
    settle: (entry, state, answer) => {
      entry.state = state
      entry.settledMs = Date.now()
      entry.answer = answer ?? null
      write({ settled: entry.id, at: entry.settledMs, state, answer })
    },
    note: (what) => write({ at: Date.now(), ...what }),
    of: <Name extends Operation>(operation: Name) =>
      entries.filter((entry) => entry.operation === operation) as unknown as Entry<Name>[], // chosen by that very name
    count: (state) => entries.filter((entry) => entry.state === state).length,
    close: () => closeSync(handle),
  }
}

/**
 * The shared texts that are open in this tab. One that a page leaves before all of it is on the server stays open behind the
 * scenes until it is, and whoever opens it again meanwhile gets the same.
 */
import type { EditionId } from '@floowe/contracts/vocabulary'
import type { QueryClient } from '@tanstack/react-query'
import { heardNothing, heardSomething } from '../../../api/connection.ts'
import { type Connection, createConnection, type Socket } from './connection.ts'
import { newId } from '../../../ui/new-id.ts'
import { keepHere, tidyKept } from './kept.ts'
import { lastWordsOf } from './last-words.ts'
import { createWriting, type Writing } from './writing.ts'

type Open = { writing: Writing; users: number; stopWatching: () => void }

const open = new Map<string, Open>()
/** This page among those of the browser. */
const page = newId()
const connections = new Map<string, Connection>()

const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

function connectionOf(workspace: string, queries: QueryClient): Connection {
  const known = connections.get(workspace)
  if (known) return known
  const made = createConnection({
    open: () => {
      const url = new URL('/api/v1/writing', location.href)
      url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
      url.searchParams.set('workspace', workspace)
      return new WebSocket(url) as Socket // the part of it that is used
    },
    after,
    random: Math.random,
    isOnline: () => navigator.onLine,
    // asking who is calling leads to the sign-in page if the answer is nobody
    credentialEnded: () => void queries.invalidateQueries({ queryKey: [['identity', 'me']] }),
    heardSomething,
    heardNothing,
  })
  addEventListener('online', made.wake)
  addEventListener('offline', made.sleep)
  connections.set(workspace, made)
  void tidyKept(Date.now())
  return made
}

export function openWriting(editionId: EditionId, person: string, workspace: string, queries: QueryClient): Writing {
  const key = `${workspace} ${editionId}`
  const known = open.get(key)
  if (known) {
    known.users += 1
    known.stopWatching()
    return known.writing
  }
  const writing = createWriting(editionId, person, {
    connection: connectionOf(workspace, queries),
    keep: (doc) => keepHere(person, editionId, doc),
    lastWords: lastWordsOf(person, editionId, page),
    now: () => Date.now(),
    after,
  })
  open.set(key, { writing, users: 1, stopWatching: () => undefined })
  void writing.begin()
  return writing
}

export function closeWriting(writing: Writing, workspace: string): void {
  const key = `${workspace} ${writing.editionId}`
  const one = open.get(key)
  if (!one || one.writing !== writing) return
  one.users -= 1
  if (one.users > 0) return
  const endWhenDone = () => {
    const { isUnsaved, isConnected, isKept } = writing.state()
    // what is kept here goes on with the next visit; what is nowhere else stays until it has arrived
    if (isUnsaved && (isConnected || !isKept) && !writing.state().isForeign) return
    one.stopWatching()
    open.delete(key)
    writing.end()
  }
  writing.place(null)
  one.stopWatching = writing.watch(endWhenDone)
  endWhenDone()
}

/** Puts what is typed in this tab, and not on the server, into the browser's storage. @returns false when something is only in this page */
export const secureAll = (): boolean => [...open.values()].map(({ writing }) => writing.secure()).every(Boolean)

/**
 * Who else has this text open and where they are. Each browser tells its own place; the server adds who it is. Whoever is not
 * heard of for a while is gone, so that a lost goodbye leaves no ghost.
 */
export type Place =
  | { in: 'title' | 'lead'; from: number; to: number }
  /** Relative positions of the document, as JSON. */
  | { in: 'body'; anchor: unknown; head: unknown }
export type PeerState = { place: Place | null; isSuggesting?: boolean }
export type Peer = PeerState & {
  /** Of the connection: a person with two tabs is here twice. */
  from: string
  person: { id: string; name: string }
  tone: Tone
  /** Another tab of the person who looks. */
  isMe: boolean
}
/** Colours of people, from the tokens. */
export const tones = ['plum', 'river', 'moss', 'amber', 'clay'] as const
export type Tone = (typeof tones)[number]

export type PresencePorts = {
  send: (state: PeerState | null) => void
  now: () => number
  after: (ms: number, run: () => void) => () => void
}

const pauseMs = 80
const repeatMs = 15_000
const silentMsMax = 45_000
const peersMax = 60

export type Presence = ReturnType<typeof createPresence>

export function createPresence(me: string, ports: PresencePorts) {
  const heard = new Map<string, { person: Peer['person']; state: PeerState; at: number }>()
  const watchers = new Set<() => void>()
  let own: PeerState = { place: null }
  let peers: readonly Peer[] = []
  let isTelling = false
  let stopTelling = (): void => undefined
  let stopRepeating = (): void => undefined
  let lastSaid = ''

  const settle = () => {
    const colours = tonesOf([...new Set([...heard.values()].map(({ person }) => person.id))])
    peers = [...heard]
      .map(([from, { person, state }]) => ({
        ...state,
        from,
        person,
        tone: colours.get(person.id) ?? 'plum',
        isMe: person.id === me,
      }))
      .sort((a, b) => Number(a.isMe) - Number(b.isMe) || a.person.name.localeCompare(b.person.name))
    for (const watcher of watchers) watcher()
  }
  const say = () => {
    isTelling = false
    lastSaid = JSON.stringify(own)
    ports.send(own)
  }
  const tell = () => {
    if (isTelling) return
    isTelling = true
    stopTelling = ports.after(pauseMs, say)
  }
  const repeat = () => {
    stopRepeating = ports.after(repeatMs, () => {
      say()
      const gone = [...heard].filter(([, { at }]) => ports.now() - at > silentMsMax)
      for (const [from] of gone) heard.delete(from)
      if (gone.length > 0) settle()
      repeat()
    })
  }
  return {
    peers: () => peers,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    /** The connection stands: from here on the own place is told. */
    begin: () => {
      stopRepeating()
      say()
      repeat()
    },
    /** The connection is gone, and with it all that was known of others. */
    end: () => {
      stopTelling()
      stopRepeating()
      isTelling = false
      if (heard.size === 0) return
      heard.clear()
      settle()
    },
    place: (place: Place | null) => {
      own = { ...own, place }
      if (JSON.stringify(own) !== lastSaid) tell()
    },
    hear: (from: string, person: Peer['person'], state: Record<string, unknown> | null) => {
      if (state === null) {
        if (heard.delete(from)) settle()
        return
      }
      if (!heard.has(from) && heard.size >= peersMax) return
      // whoever is new here does not know us yet
      if (!heard.has(from)) tell()
      heard.set(from, { person, state: { place: placeOf(state.place) }, at: ports.now() })
      settle()
    },
  }
}

/** A colour for each, its own wherever it can be: from the id, the next free one when two have the same. */
export function tonesOf(people: readonly string[]): Map<string, Tone> {
  const found = new Map<string, Tone>()
  const taken = new Set<Tone>()
  for (const person of [...people].sort()) {
    let number = 0
    for (const letter of person) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 9973
    let tone: Tone = tones[number % tones.length] ?? 'plum'
    for (let turn = 1; taken.has(tone) && taken.size < tones.length; turn++)
      tone = tones[(number + turn) % tones.length] ?? 'plum'
    taken.add(tone)
    found.set(person, tone)
  }
  return found
}

/** What others say is looked at before it is drawn. */
function placeOf(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null || !('in' in value)) return null
  if (value.in === 'body' && 'anchor' in value && 'head' in value)
    return { in: 'body', anchor: value.anchor, head: value.head }
  if (
    (value.in === 'title' || value.in === 'lead') &&
    'from' in value &&
    'to' in value &&
    typeof value.from === 'number' &&
    typeof value.to === 'number'
  )
    return { in: value.in, from: value.from, to: value.to }
  return null
}

/** One or two letters for a small round mark. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].flatMap((word) => [...(word ?? '')][0] ?? [])
  return letters.join('').toLocaleUpperCase()
}

/** How much stands beside each other: entries of a day that overlap, and bars of a week. Pure. */

export type Placed<Item> = { item: Item; lane: number; lanes: number }
export type Folded<Item> = { at: number; items: readonly Item[]; lanes: number }

/**
 * Entries of one day in lanes. An entry is a moment, but takes some minutes of height; what would lie on another goes into a
 * lane of its own, and what finds none is folded at the first moment of its cluster.
 * @param startOf minutes since midnight
 * @param spanOf minutes of height
 */
export function inLanes<Item>(
  items: readonly Item[],
  startOf: (item: Item) => number,
  { spanOf, lanesMax }: { spanOf: (item: Item) => number; lanesMax: number },
): { placed: Placed<Item>[]; folded: Folded<Item>[] } {
  const sorted = [...items].sort((a, b) => startOf(a) - startOf(b))
  const placed: Placed<Item>[] = []
  const folded: Folded<Item>[] = []
  let cluster: Item[] = []
  let end = Number.NEGATIVE_INFINITY
  const close = (): void => {
    const laid = layCluster(cluster, startOf, spanOf, lanesMax)
    placed.push(...laid.placed)
    folded.push(...laid.folded)
    cluster = []
  }
  for (const item of sorted) {
    if (startOf(item) >= end) close()
    cluster.push(item)
    end = Math.max(end, startOf(item) + spanOf(item))
  }
  close()
  return { placed, folded }
}

function layCluster<Item>(
  cluster: readonly Item[],
  startOf: (item: Item) => number,
  spanOf: (item: Item) => number,
  lanesMax: number,
): { placed: Placed<Item>[]; folded: Folded<Item>[] } {
  const ends: number[] = []
  const lanes = cluster.map((item) => {
    const free = ends.findIndex((end) => end <= startOf(item))
    const lane = free === -1 ? ends.length : free
    ends[lane] = startOf(item) + spanOf(item)
    return lane
  })
  if (ends.length <= lanesMax)
    return { placed: cluster.map((item, index) => ({ item, lane: lanes[index] ?? 0, lanes: ends.length })), folded: [] }
  // the last lane is for what is folded, one place for each run of it
  const placed: Placed<Item>[] = []
  const folded: { at: number; items: Item[]; lanes: number }[] = []
  cluster.forEach((item, index) => {
    const lane = lanes[index] ?? 0
    if (lane < lanesMax - 1) return void placed.push({ item, lane, lanes: lanesMax })
    const last = folded.at(-1)
    if (last && startOf(item) < last.at + spanOf(item)) last.items.push(item)
    else folded.push({ at: startOf(item), items: [item], lanes: lanesMax })
  })
  return { placed, folded }
}

export type Bar<Item> = {
  item: Item
  lane: number
  /** Columns of the week, from 0; both ends included. */
  from: number
  to: number
  /** It goes on before or behind this week. */
  beginsBefore: boolean
  endsLater: boolean
}

/** What spans of days fill in one week, longest first within a lane's order of beginning. */
export function barsOf<Item extends { from: string; to: string }>(
  week: readonly string[],
  items: readonly Item[],
): Bar<Item>[] {
  const [first = '', last = ''] = [week[0], week.at(-1)]
  const ends: number[] = []
  return items
    .filter((item) => item.from <= last && item.to >= first)
    .sort((a, b) => a.from.localeCompare(b.from) || b.to.localeCompare(a.to))
    .map((item) => {
      const from = Math.max(0, week.indexOf(item.from))
      const to = item.to >= last ? week.length - 1 : week.indexOf(item.to)
      const free = ends.findIndex((end) => end < from)
      const lane = free === -1 ? ends.length : free
      ends[lane] = to
      return { item, lane, from, to, beginsBefore: item.from < first, endsLater: item.to > last }
    })
}

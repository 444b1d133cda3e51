/** Where cards beside a text stand: at their words where they can, one under the other where they would overlap. */
export type Card = {
  id: string
  /** Height of its words in the column, px; null: it has none and comes last. */
  wanted: number | null
  height: number
}

export const gapPx = 10

/** @param chosen stands exactly at its words; those above it make way upwards. */
export function stacked(cards: readonly Card[], chosen: string | null): Map<string, number> {
  const placed = cards
    .filter((card): card is Card & { wanted: number } => card.wanted !== null)
    .sort((a, b) => a.wanted - b.wanted)
  const tops = new Map<string, number>()
  const pivot = Math.max(
    0,
    placed.findIndex(({ id }) => id === chosen),
  )
  let free = 0
  for (const card of placed.slice(0, pivot)) {
    const top = Math.max(free, card.wanted)
    tops.set(card.id, top)
    free = top + card.height + gapPx
  }
  // the chosen one and all below it
  free = placed[pivot]?.id === chosen ? Math.max(0, placed[pivot]?.wanted ?? 0) : free
  for (const card of placed.slice(pivot)) {
    const top = Math.round(Math.max(free, card.wanted))
    tops.set(card.id, top)
    free = top + card.height + gapPx
  }
  // those above it move up as far as they have to
  let below = tops.get(placed[pivot]?.id ?? '') ?? 0
  for (const card of placed.slice(0, pivot).reverse()) {
    const top = Math.round(Math.min(tops.get(card.id) ?? 0, below - card.height - gapPx))
    tops.set(card.id, top)
    below = top
  }
  for (const card of cards.filter(({ wanted }) => wanted === null)) {
    tops.set(card.id, Math.round(free))
    free += card.height + gapPx
  }
  return tops
}

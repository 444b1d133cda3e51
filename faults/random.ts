/** Chance from a seed: a run that failed can be run again with the same choices, if not with the same moments. */
export type Random = {
  /** From 0 to below 1. */
  next: () => number
  /** A whole number from `least` to `most`, both included. */
  whole: (least: number, most: number) => number
  pick: <Item>(items: readonly Item[]) => Item
  /** Another sequence that depends on this seed and the name only, so that workers do not disturb each other's. */
  fork: (name: string) => Random
}

export function seeded(seed: number): Random {
  let state = seed | 0
  // mulberry32: small, and the same everywhere for one seed.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    pick: (items) => {
      const item = items[whole(0, items.length - 1)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    fork: (name) => {
      let mixed = seed | 0
      for (const sign of name) mixed = Math.imul(mixed ^ (sign.codePointAt(0) ?? 0), 0x01000193)
      return seeded(mixed)
    },
  }
}

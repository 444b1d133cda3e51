/** What the pictures are drawn with: seeded chance, noise, lines of a hand, cut paper, contours. All of it is SVG text. */

export const width = 1600
export const height = 1067

export const palette = {
  paper: '#F4ECDD', sand: '#E8D9BC', straw: '#D9BF8C', amber: '#D8963C', glow: '#F6D38B', clay: '#B5482F', rust: '#8C3A28',
  ink: '#211D1A', night: '#14262F', deep: '#1C3F4B', river: '#17677A', stream: '#4E98A5', mist: '#A9C9CA', foam: '#DCE9E4', moss: '#4F7350', pine: '#2C4B40', plum: '#5B4569',
} as const

export type Point = readonly [x: number, y: number]
export type Chance = { (): number; between: (from: number, to: number) => number; pick: <Item>(items: readonly Item[]) => Item }

/** The same numbers for the same seed, for ever (mulberry32). */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return Object.assign(next, {
    between: (from: number, to: number) => from + next() * (to - from),
    pick: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item, // next() is below 1
  })
}

const smooth = (share: number): number => share * share * share * (share * (share * 6 - 15) + 10)

/** Value noise in −1…1; `fractal` adds finer layers. */
export function noise(seed: number): { at: (x: number, y: number) => number; fractal: (x: number, y: number, octaves?: number) => number } {
  const corner = (x: number, y: number): number => {
    let mixed = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 1442695041)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 1274126177)
    return (((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296) * 2 - 1
  }
  const at = (x: number, y: number): number => {
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [across, down] = [smooth(x - left), smooth(y - top)]
    const upper = corner(left, top) + (corner(left + 1, top) - corner(left, top)) * across
    const lower = corner(left, top + 1) + (corner(left + 1, top + 1) - corner(left, top + 1)) * across
    return upper + (lower - upper) * down
  }
  const fractal = (x: number, y: number, octaves = 4): number => {
    let [sum, weight, scale] = [0, 0.5, 1]
    for (let octave = 0; octave < octaves; octave++) {
      sum += at(x * scale + octave * 17.3, y * scale - octave * 9.1) * weight
      weight /= 2
      scale *= 2
    }
    return sum
  }
  return { at, fractal }
}

const figure = (value: number): string => String(Math.round(value * 10) / 10)
const pair = ([x, y]: Point): string => `${figure(x)} ${figure(y)}`

/** A path through points, straight from one to the next. */
export const straight = (points: readonly Point[], isClosed = false): string => `M${points.map(pair).join('L')}${isClosed ? 'Z' : ''}`

/** A path through points without corners (Catmull–Rom as Bézier curves). */
export function curved(points: readonly Point[], isClosed = false): string {
  const at = (index: number): Point => {
    const count = points.length
    const own = isClosed ? (index + count) % count : Math.min(count - 1, Math.max(0, index))
    return points[own] as Point // within the list by the line above
  }
  const parts = [`M${pair(at(0))}`]
  for (let index = 0; index < (isClosed ? points.length : points.length - 1); index++) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    const first: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const second: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    parts.push(`C${pair(first)} ${pair(second)} ${pair(to)}`)
  }
  return parts.join('') + (isClosed ? 'Z' : '')
}

export type Attributes = Readonly<Record<string, string | number | undefined>>
export const element = (name: string, attributes: Attributes, inside = ''): string => {
  const written = Object.entries(attributes).filter(([, value]) => value !== undefined).map(([key, value]) => ` ${key}="${typeof value === 'number' ? figure2(value) : value}"`).join('')
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`
}
const figure2 = (value: number): string => String(Math.round(value * 1000) / 1000)
export const path = (d: string, attributes: Attributes): string => element('path', { d, ...attributes })
export const group = (attributes: Attributes, ...inside: readonly string[]): string => element('g', attributes, inside.join('') || ' ')
export const rectangle = (x: number, y: number, wide: number, high: number, attributes: Attributes): string => element('rect', { x, y, width: wide, height: high, ...attributes })
export const circle = ([cx, cy]: Point, r: number, attributes: Attributes): string => element('circle', { cx, cy, r, ...attributes })

/** Points along a line, evenly. */
export function along(from: Point, to: Point, steps: number): Point[] {
  return Array.from({ length: steps + 1 }, (_, step): Point => [from[0] + ((to[0] - from[0]) * step) / steps, from[1] + ((to[1] - from[1]) * step) / steps])
}

/** Points with more in between, so that a hand can tremble over them. */
export function refined(points: readonly Point[], stepMax: number, isClosed = false): Point[] {
  const all = isClosed ? [...points, points[0] as Point] : points // a closed line has points
  const answer: Point[] = []
  for (let index = 0; index + 1 < all.length; index++) {
    const [from, to] = [all[index] as Point, all[index + 1] as Point] // within the loop's bound
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / stepMax))
    answer.push(...along(from, to, steps).slice(0, -1))
  }
  return isClosed ? answer : [...answer, all.at(-1) as Point]
}

/** The same points as a hand would hit them. `amount` in pixels, `scale` is how long one tremor is. */
export function trembling(points: readonly Point[], seed: number, amount = 2, scale = 60): Point[] {
  const field = noise(seed)
  return points.map(([x, y]): Point => [x + field.fractal(x / scale, y / scale, 3) * amount, y + field.fractal(x / scale + 50, y / scale + 50, 3) * amount])
}

/** A closed shape as scissors cut it: nearly straight edges, corners not quite sharp. */
export const cut = (points: readonly Point[], seed: number, attributes: Attributes, amount = 3): string =>
  path(straight(trembling(refined(points, 14, true), seed, amount, 90), true), attributes)

/** A line of ink: thin where the pen begins and ends, swelling in between. */
export function stroke(points: readonly Point[], seed: number, options: { wide: number; fill: string; opacity?: number; tremble?: number; taper?: number }): string {
  const line = trembling(refined(points, 10), seed, options.tremble ?? 1.6, 50)
  const field = noise(seed + 7)
  const taper = options.taper ?? 0.25
  const sides: [Point[], Point[]] = [[], []]
  for (let index = 0; index < line.length; index++) {
    const [x, y] = line[index] as Point // within the loop's bound
    const [before, after] = [line[Math.max(0, index - 1)] as Point, line[Math.min(line.length - 1, index + 1)] as Point]
    const long = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1
    const [acrossX, acrossY] = [-(after[1] - before[1]) / long, (after[0] - before[0]) / long]
    const share = line.length === 1 ? 0.5 : index / (line.length - 1)
    const ends = taper === 0 ? 1 : Math.min(1, Math.sqrt(Math.min(share, 1 - share) / taper) + 0.12)
    const half = (options.wide / 2) * ends * (1 + field.fractal(index / 9, 0.5, 2) * 0.45)
    sides[0].push([x + acrossX * half, y + acrossY * half])
    sides[1].unshift([x - acrossX * half, y - acrossY * half])
  }
  return path(straight([...sides[0], ...sides[1]], true), { fill: options.fill, opacity: options.opacity })
}

/** Parallel strokes inside a box, turned; meant for a clip path. */
export function hatching(box: { x: number; y: number; wide: number; high: number }, options: { every: number; degrees: number; wide: number; fill: string; seed: number; opacity?: number }): string {
  const random = chance(options.seed)
  const reach = Math.hypot(box.wide, box.high) / 2
  const [centreX, centreY] = [box.x + box.wide / 2, box.y + box.high / 2]
  const angle = (options.degrees * Math.PI) / 180
  const lines: string[] = []
  for (let offset = -reach; offset < reach; offset += options.every * random.between(0.8, 1.2)) {
    const [from, to] = [-reach * random.between(0.7, 1), reach * random.between(0.7, 1)]
    const turn = (far: number): Point => [centreX + Math.cos(angle) * far - Math.sin(angle) * offset, centreY + Math.sin(angle) * far + Math.cos(angle) * offset]
    lines.push(stroke([turn(from), turn(to)], options.seed + Math.round(offset), { wide: options.wide * random.between(0.6, 1.2), fill: options.fill, tremble: 3 }))
  }
  return group({ opacity: options.opacity ?? 1 }, ...lines)
}

/** The upper edge of hills or waves from the left side to the right, as points. */
export function ridge(seed: number, options: { base: number; rise: number; scale: number; step?: number; octaves?: number }): Point[] {
  const field = noise(seed)
  const step = options.step ?? 10
  const points: Point[] = []
  for (let x = -20; x <= width + 20; x += step) points.push([x, options.base - field.fractal(x / options.scale, seed * 0.7, options.octaves ?? 4) * options.rise])
  return points
}

/** Everything below an edge. */
export const below = (edge: readonly Point[], attributes: Attributes, bottom = height + 20): string =>
  path(`${straight(edge)}L${width + 20} ${bottom}L-20 ${bottom}Z`, attributes)

/** Lines of equal height of a field over a box (marching squares), each level as one path. */
export function contours(field: (x: number, y: number) => number, box: { x: number; y: number; wide: number; high: number }, levels: readonly number[], cell = 14): string[] {
  const columns = Math.ceil(box.wide / cell)
  const rows = Math.ceil(box.high / cell)
  const values = Array.from({ length: rows + 1 }, (_, row) => Array.from({ length: columns + 1 }, (_, column) => field(box.x + column * cell, box.y + row * cell)))
  const value = (column: number, row: number): number => values[row]?.[column] ?? 0
  return levels.map((level) => {
    const segments: [Point, Point][] = []
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) segments.push(...crossings(value, column, row, level, (x, y): Point => [box.x + x * cell, box.y + y * cell]))
    }
    return joined(segments).filter((line) => line.length > 6).map((line) => curved(line)).join('')
  })
}

function crossings(value: (column: number, row: number) => number, column: number, row: number, level: number, place: (x: number, y: number) => Point): [Point, Point][] {
  const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]] as const
  const found: Point[] = []
  for (let side = 0; side < 4; side++) {
    const [from, to] = [corners[side], corners[(side + 1) % 4]] as const
    if (!from || !to) continue
    const [one, other] = [value(from[0], from[1]) - level, value(to[0], to[1]) - level]
    if (one < 0 === other < 0) continue
    const share = one / (one - other)
    found.push(place(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share))
  }
  const [first, second, third, fourth] = found
  if (first && second && third && fourth) return [[first, second], [third, fourth]]
  return first && second ? [[first, second]] : []
}

/** Segments put together to lines by their ends. */
function joined(segments: readonly [Point, Point][]): Point[][] {
  const ends = new Map<string, number[]>()
  segments.forEach(([from, to], index) => {
    for (const end of [from, to]) ends.set(pair(end), [...(ends.get(pair(end)) ?? []), index])
  })
  const used = new Set<number>()
  const grow = (line: Point[]): void => {
    for (let step = 0; step < segments.length; step++) {
      const tail = pair(line.at(-1) as Point) // a line begins with two points
      const next = (ends.get(tail) ?? []).find((index) => !used.has(index))
      const segment = next === undefined ? undefined : segments[next]
      if (next === undefined || !segment) return
      used.add(next)
      line.push(pair(segment[0]) === tail ? segment[1] : segment[0])
    }
  }
  const lines: Point[][] = []
  segments.forEach((segment, index) => {
    if (used.has(index)) return
    used.add(index)
    const line: Point[] = [...segment]
    grow(line)
    line.reverse()
    grow(line)
    lines.push(line)
  })
  return lines
}

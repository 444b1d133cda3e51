/** Things that lie about on an editor's desk. Each stands at 0,0 and is put in its place by `placed`. */
import { chance, circle, curved, cut, element, group, palette, path, type Point, rectangle, straight, stroke, trembling } from './ink.ts'
import { box, type Plate } from './print.ts'

export const placed = (x: number, y: number, degrees: number, ...inside: readonly string[]): string => group({ transform: `translate(${x} ${y}) rotate(${degrees})` }, ...inside)

/** Points to the right, tip at `long`. */
export function pencil(plate: Plate, long: number, colour: string): string {
  const body = box(60, -17, long - 150, 34)
  const cone: Point[] = [[long - 90, -17], [long - 22, -4], [long - 22, 4], [long - 90, 17]]
  return [
    plate.shadow(straight([[10, -14], [long - 90, -14], [long, 0], [long - 90, 16], [10, 16]], true), 8, 22, 0.4, 9),
    rectangle(0, -16, 36, 32, { rx: 8, fill: '#D98C86' }), rectangle(28, -18, 34, 36, { fill: '#C9C2B0' }), ...[34, 42, 50].map((x) => rectangle(x, -18, 3, 36, { fill: '#8C8676' })),
    path(body, { fill: colour }), rectangle(60, -17, long - 150, 9, { fill: '#FFFFFF', opacity: 0.28 }), rectangle(60, 6, long - 150, 11, { fill: palette.ink, opacity: 0.22 }),
    cut(cone, 3, { fill: '#E6C99A' }, 1.5), path(straight([[long - 44, -8.5], [long, 0], [long - 44, 8.5]], true), { fill: palette.ink }), plate.grain(body, 'right', palette.ink, 0.25),
  ].join('')
}

/** Seen from above. */
export function mug(plate: Plate, colour: string): string {
  const handle = path('M118 -30C190 -44 196 44 118 30', { fill: 'none', stroke: colour, 'stroke-width': 26, 'stroke-linecap': 'round' })
  return [
    plate.soft(16, circle([22, 34], 138, { fill: palette.ink, opacity: 0.34 })), handle, circle([0, 0], 134, { fill: colour }), plate.grain('M-134 0a134 134 0 1 0 268 0a134 134 0 1 0 -268 0Z', 'fall', palette.ink, 0.45),
    circle([0, 0], 114, { fill: '#EFE6D3' }), circle([4, 6], 106, { fill: '#3B241A' }), plate.grain('M-102 6a106 106 0 1 0 212 0a106 106 0 1 0 -212 0Z', 'rise', '#8A5A36', 0.8),
    path('M-70 -40C-40 -86 40 -90 72 -46C40 -70 -36 -72 -70 -40Z', { fill: '#B98A5E', opacity: 0.75 }),
  ].join('')
}

/** A sheet with its corner at 0,0. */
export function sheet(plate: Plate, wide: number, high: number, seed: number, fill: string = palette.paper): string {
  const corners: Point[] = [[0, 0], [wide, 0], [wide, high], [0, high]]
  return plate.shadow(straight(corners, true), 14, 24, 0.32, 18) + cut(corners, seed, { fill }, 2.5) + plate.grain(straight(corners, true), 'fall', palette.straw, 0.55)
}

/** Lines that look like set type from afar. `words` per line are bars of uneven length. */
export function setLines(x: number, y: number, wide: number, count: number, options: { every: number; thick: number; fill: string; seed: number; opacity?: number }): string {
  const random = chance(options.seed)
  const bars: string[] = []
  for (let line = 0; line < count; line++) {
    const end = line === count - 1 ? wide * 0.55 : wide * random.between(0.94, 1)
    let at = 0
    while (at < end - 20) {
      const long = Math.min(end - at, random.between(26, 110))
      bars.push(rectangle(x + at, y + line * options.every, long, options.thick, { rx: 2 }))
      at += long + 13
    }
  }
  return group({ fill: options.fill, opacity: options.opacity ?? 0.85 }, ...bars)
}

/** Handwriting nobody can read: loops of a pen that runs along, now and then up or down. */
export function scribble(x: number, y: number, wide: number, options: { tall: number; fill: string; seed: number; thick?: number }): string {
  const random = chance(options.seed)
  const words: string[] = []
  for (let at = 0; at < wide; at += 34) {
    const letters = Math.round(random.between(3, 9))
    const points: Point[] = []
    for (let letter = 0; letter < letters && at < wide; letter++) {
      const kind = random()
      const [up, down] = kind < 0.2 ? [2.1, 0.9] : kind < 0.3 ? [0.9, 2.2] : [random.between(0.7, 1.05), random.between(0.8, 1)]
      const advance = options.tall * random.between(1.1, 1.7)
      for (let turn = 0; turn < 10; turn++) {
        const angle = (turn / 10) * Math.PI * 2
        const lift = Math.cos(angle)
        points.push([x + at + (advance * turn) / 10 - Math.sin(angle) * options.tall * 0.55 - lift * options.tall * -0.25, y - lift * options.tall * (lift > 0 ? down * -1 : up * -1) * -1])
      }
      at += advance
    }
    words.push(stroke(points, options.seed + Math.round(at), { wide: options.thick ?? 5, fill: options.fill, tremble: 1.5, taper: 0.04 }))
  }
  return words.join('')
}

export function tick(x: number, y: number, size: number, fill: string, seed: number): string {
  return stroke([[x - size * 0.5, y], [x - size * 0.1, y + size * 0.42], [x + size * 0.62, y - size * 0.66]], seed, { wide: size * 0.2, fill, tremble: 3, taper: 0.35 })
}

export const ring = (x: number, y: number, r: number, fill: string, seed: number): string =>
  stroke(Array.from({ length: 40 }, (_, step): Point => [x + Math.cos(step * 0.172 - 1) * r * (1 + step * 0.003), y + Math.sin(step * 0.172 - 1) * r * (0.82 + step * 0.004)]), seed, { wide: 9, fill, tremble: 5, taper: 0.2 })

export function pin(plate: Plate, x: number, y: number, colour: string): string {
  return plate.soft(5, element('ellipse', { cx: x + 16, cy: y + 22, rx: 22, ry: 12, fill: palette.ink, opacity: 0.4 })) + circle([x, y], 22, { fill: colour }) + circle([x - 3, y - 4], 13, { fill: '#FFFFFF', opacity: 0.25 }) + circle([x - 6, y - 8], 5, { fill: '#FFFFFF', opacity: 0.8 })
}

export function lemon(plate: Plate): string {
  const shape = curved([[-150, 0], [-118, -52], [-60, -92], [10, -104], [78, -86], [122, -44], [156, -14], [160, 8], [124, 46], [74, 84], [6, 98], [-64, 86], [-120, 48]], true)
  return plate.soft(14, element('ellipse', { cx: 20, cy: 92, rx: 160, ry: 34, fill: palette.ink, opacity: 0.4 })) + path(shape, { fill: '#E9BE3F' }) + plate.grain(shape, 'fall', '#9A6A1D', 0.85) + path(curved(trembling([[-96, -30], [-50, -70], [10, -80], [30, -70], [-20, -52], [-74, -18]], 4, 4), true), { fill: '#FBE9A9', opacity: 0.75 })
}

/** A lamp on a desk, its foot at 0,0; the shade opens towards the left below. */
export function lamp(plate: Plate, colour: string): string {
  const shade: Point[] = [[-250, -420], [-120, -540], [-66, -500], [-100, -330], [-120, -300]]
  return [
    plate.soft(12, element('ellipse', { cx: 10, cy: 6, rx: 150, ry: 22, fill: palette.ink, opacity: 0.5 })), path('M-110 0C-100 -40 100 -40 110 0Z', { fill: colour }),
    stroke([[0, -26], [60, -300]], 3, { wide: 16, fill: colour, tremble: 1, taper: 0.01 }), stroke([[60, -300], [-80, -490]], 4, { wide: 16, fill: colour, tremble: 1, taper: 0.01 }), circle([60, -300], 20, { fill: palette.ink }),
    path(curved([[-258, -404], [-210, -486], [-120, -552], [-64, -510], [-70, -430], [-112, -304]], true), { fill: colour }), plate.grain(straight(shade, true), 'rise', palette.ink, 0.5), path('M-262 -400L-108 -298C-170 -296 -240 -340 -262 -400Z', { fill: '#FFF3CF' }),
  ].join('')
}

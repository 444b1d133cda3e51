/** Pictures with a horizon: the ferry, the lighthouse, the gauge, the beach, the winter river. */
import { along, below, chance, circle, curved, cut, group, height, hatching, noise, palette, path, type Point, rectangle, ridge, straight, stroke, trembling, width } from './ink.ts'
import { box, type Picture, type Plate, whole } from './print.ts'

/** Broken lines of light on water, denser towards the viewer. */
function ripples(seed: number, options: { from: number; to: number; count: number; fill: string; opacity: number; around?: number; spread?: number }): string {
  const random = chance(seed)
  const lines: string[] = []
  for (let index = 0; index < options.count; index++) {
    const depth = random() ** 1.4
    const y = options.from + (options.to - options.from) * depth
    const long = (30 + depth * 190) * random.between(0.5, 1.4)
    const x = options.around === undefined ? random.between(-60, width + 60) : options.around + (random() + random() - 1) * (options.spread ?? 300) * (0.4 + depth)
    lines.push(stroke([[x - long / 2, y], [x + long / 2, y]], seed + index, { wide: 2 + depth * 6, fill: options.fill, tremble: 2 }))
  }
  return group({ opacity: options.opacity }, ...lines)
}

function reeds(seed: number, from: number, to: number, base: number, tall: number, fill: string): string {
  const random = chance(seed)
  const stalks: string[] = []
  for (let x = from; x < to; x += random.between(6, 17)) {
    const high = tall * random.between(0.45, 1)
    const lean = random.between(-30, 34)
    stalks.push(stroke([[x, base + 30], [x + lean * 0.3, base - high * 0.5], [x + lean, base - high]], seed + Math.round(x), { wide: random.between(3, 7), fill, taper: 0.6 }))
  }
  return stalks.join('')
}

function car(x: number, y: number, scale: number, body: string): string {
  const at = ([dx, dy]: Point): Point => [x + dx * scale, y + dy * scale]
  const shell: Point[] = [[0, 0], [0, -34], [22, -40], [52, -74], [128, -76], [158, -42], [196, -34], [200, 0]]
  const glass: Point[] = [[34, -42], [58, -66], [86, -67], [86, -42]]
  const rear: Point[] = [[94, -42], [94, -67], [124, -67], [146, -42]]
  return [
    cut(shell.map(at), 3, { fill: body }, 2), cut(glass.map(at), 4, { fill: palette.glow, opacity: 0.85 }, 1), cut(rear.map(at), 5, { fill: palette.mist, opacity: 0.6 }, 1),
    ...[42, 158].map((dx) => circle(at([dx, 2]), 18 * scale, { fill: palette.ink }) + circle(at([dx, 2]), 7 * scale, { fill: palette.straw })),
  ].join('')
}

const ferry: Picture = {
  name: 'ferry', seed: 21,
  draw: (plate: Plate) => {
    const far = ridge(4, { base: 478, rise: 70, scale: 420 })
    const near = ridge(9, { base: 520, rise: 46, scale: 210 })
    const water = straight([[-20, 532], [width + 20, 532], [width + 20, height + 20], [-20, height + 20]], true)
    const hull: Point[] = [[470, 742], [1128, 742], [1176, 700], [1190, 704], [1150, 800], [1120, 812], [500, 812], [462, 800], [410, 704], [424, 700]]
    const cable: Point[] = [[-20, 560], [360, 610], [800, 632], [1240, 606], [1620, 556]]
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#2F6472', '#7FA9A4', '#E9C98F', '#E3A457', '#D98C4A') }),
      path(whole, { fill: plate.glow(0.64, 0.44, 0.34, '#FFE9B0', 0.95) }),
      circle([1030, 452], 74, { fill: '#FFF1C9' }),
      plate.grain(box(-20, -20, width + 40, 470), 'up', palette.deep, 0.5),
      below(far, { fill: '#5E7F7A' }), plate.grain(`${straight(far)}L1620 620L-20 620Z`, 'up', palette.pine, 0.5),
      below(near, { fill: palette.pine }), reeds(31, -20, 300, 560, 60, '#20392F'), reeds(35, 1330, 1640, 552, 70, '#20392F'),
      path(water, { fill: plate.wash('down', '#E2A660', '#8FA592', '#35707A', '#183B47') }),
      plate.grain(box(-20, 532, width + 40, height), 'down', palette.night, 0.75),
      ripples(41, { from: 556, to: 1060, count: 90, fill: '#FFE3A6', opacity: 0.75, around: 1030, spread: 330 }),
      ripples(43, { from: 560, to: 1060, count: 110, fill: palette.deep, opacity: 0.55 }),
      stroke(cable, 5, { wide: 4, fill: palette.ink, tremble: 0.6, taper: 0.02 }),
      stroke([[560, 622], [520, 706]], 8, { wide: 4, fill: palette.ink, taper: 0.02 }), stroke([[1060, 622], [1098, 706]], 9, { wide: 4, fill: palette.ink, taper: 0.02 }),
      plate.soft(10, path(straight([[450, 812], [1150, 812], [1090, 900], [520, 900]], true), { fill: palette.night, opacity: 0.7 })),
      plate.rough(
        cut(hull, 11, { fill: palette.ink }), rectangle(470, 734, 660, 12, { fill: palette.rust }), car(690, 724, 1.15, palette.clay),
        ...along([500, 742], [1100, 742], 12).map(([x, y], index) => (index > 3 && index < 8 ? '' : stroke([[x, y], [x, y - 62]], index, { wide: 7, fill: palette.ink, taper: 0.02 }))),
        stroke([[500, 684], [642, 684]], 15, { wide: 6, fill: palette.ink, taper: 0.02 }), stroke([[950, 684], [1100, 684]], 16, { wide: 6, fill: palette.ink, taper: 0.02 }),
        cut([[556, 742], [556, 650], [566, 630], [590, 630], [600, 650], [600, 742]], 18, { fill: palette.ink }), circle([578, 610], 17, { fill: palette.ink }), stroke([[560, 604], [600, 602]], 19, { wide: 8, fill: palette.ink }),
      ),
      reeds(51, -30, 330, 1050, 240, palette.night), reeds(57, 1360, 1640, 1060, 190, palette.night),
    )
  },
}

const lighthouse: Picture = {
  name: 'lighthouse', seed: 5,
  draw: (plate) => {
    const random = plate.random
    const stars = Array.from({ length: 130 }, () => circle([random.between(0, width), random() ** 1.3 * 560], random.between(0.8, 3), { fill: palette.foam, opacity: random.between(0.3, 0.95) }))
    const beam = straight([[1078, 330], [-40, 60], [-40, 430]], true)
    const other = straight([[1100, 330], [1660, 240], [1660, 380]], true)
    const rock: Point[] = [[800, 800], [850, 720], [930, 690], [990, 640], [1170, 636], [1230, 690], [1330, 720], [1400, 800]]
    const waves = [0, 1, 2, 3, 4].map((layer) => {
      const edge = ridge(60 + layer * 7, { base: 742 + layer * 62, rise: 44 + layer * 16, scale: 190 + layer * 50, step: 8 })
      const colours = ['#2C5F6D', '#225261', '#1A4453', '#133644', '#0D2834']
      const crest = edge.map(([x, y]): Point => [x, y + 5])
      return below(edge, { fill: colours[layer] }) + plate.grain(`${straight(edge)}L1620 ${830 + layer * 90}L-20 ${830 + layer * 90}Z`, 'up', palette.mist, 0.34 - layer * 0.04) + path(straight(crest), { fill: 'none', stroke: palette.mist, 'stroke-width': 3, opacity: 0.55 - layer * 0.08 })
    })
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#0C1F29', '#15384A', '#2F6273', '#5D8C90') }), ...stars,
      plate.grain(box(-20, -20, width + 40, 480), 'up', '#081720', 0.8),
      plate.soft(16, path(beam, { fill: plate.wash('left', '#FFE9B0', '#F6D38B00'), opacity: 0.8 }), path(other, { fill: '#FFE9B0', opacity: 0.35 })),
      path(beam, { fill: plate.wash('left', '#FFE9B0AA', '#F6D38B00') }), path(whole, { fill: plate.glow(0.68, 0.31, 0.2, '#FFE9B0', 0.85) }),
      waves[0] ?? '',
      plate.rough(
        cut(rock, 9, { fill: '#16252B' }), cut([[1036, 660], [1052, 396], [1126, 396], [1142, 660]], 12, { fill: palette.paper }),
        plate.grain(straight([[1036, 660], [1052, 396], [1126, 396], [1142, 660]], true), 'right', palette.deep, 0.95),
        cut([[1041, 580], [1046, 506], [1132, 506], [1137, 580]], 14, { fill: palette.clay }), plate.grain(straight([[1041, 580], [1046, 506], [1132, 506], [1137, 580]], true), 'right', palette.night, 0.8),
        rectangle(1036, 384, 106, 14, { fill: palette.ink }), rectangle(1060, 306, 58, 78, { fill: '#FFF3CF' }), ...[1060, 1078, 1097, 1115].map((x) => rectangle(x, 306, 4, 78, { fill: palette.ink })),
        cut([[1050, 308], [1089, 262], [1128, 308]], 16, { fill: palette.ink }, 1), rectangle(1086, 240, 6, 26, { fill: palette.ink }), rectangle(1078, 610, 22, 50, { fill: palette.ink }), rectangle(1080, 450, 16, 24, { fill: palette.ink }),
      ),
      plate.grain(straight(rock, true), 'up', palette.stream, 0.5), ...waves.slice(1),
      ripples(71, { from: 760, to: 1040, count: 46, fill: '#FFE9B0', opacity: 0.5, around: 980, spread: 280 }),
    )
  },
}

function stones(seed: number, count: number, from: number, to: number): string {
  const random = chance(seed)
  return Array.from({ length: count }, (_, index) => {
    const depth = index / count
    const [x, y] = [random.between(-20, width + 20), from + (to - from) * depth + random.between(-14, 14)]
    const size = (14 + depth * 62) * random.between(0.5, 1.2)
    const shape = Array.from({ length: 9 }, (_, corner): Point => {
      const turn = (corner / 9) * Math.PI * 2
      return [x + Math.cos(turn) * size * random.between(0.85, 1.1), y + Math.sin(turn) * size * 0.52 * random.between(0.8, 1.1)]
    })
    const lit = shape.map(([px, py]): Point => [px - size * 0.1, py - size * 0.13])
    return path(curved(shape, true), { fill: random.pick(['#5B5347', '#6C6355', '#4A4740']) }) + path(curved(lit, true), { fill: random.pick(['#B9A98A', '#A99B80', '#C9B995', '#93907F']), opacity: 0.92 })
  }).join('')
}

/** Stands at the water's edge on two thin legs. */
function heron(x: number, y: number): string {
  const at = (points: readonly Point[]): Point[] => points.map(([dx, dy]): Point => [x + dx, y + dy])
  const leg = (from: Point, knee: Point, to: Point, seed: number): string => stroke(at([from, knee, to]), seed, { wide: 5, fill: palette.ink, tremble: 0.6, taper: 0.02 })
  return [
    leg([-4, -70], [-8, -34], [-6, 0], 3), leg([10, -72], [16, -36], [12, 4], 4),
    path(curved(at([[-74, -62], [-40, -98], [0, -118], [34, -124], [46, -112], [30, -84], [-6, -66], [-44, -58]]), true), { fill: '#5F7480' }),
    path(curved(at([[-96, -50], [-56, -92], [-10, -106], [14, -96], [-14, -76], [-54, -62]]), true), { fill: palette.night }),
    stroke(at([[34, -118], [62, -140], [60, -172], [44, -196], [54, -218]]), 5, { wide: 15, fill: '#5F7480', tremble: 1, taper: 0.05 }),
    path(curved(at([[44, -226], [58, -234], [76, -228], [80, -220], [62, -212], [46, -214]]), true), { fill: '#5F7480' }),
    path(straight(at([[74, -229], [128, -216], [76, -216]]), true), { fill: palette.amber }), stroke(at([[70, -230], [44, -236], [20, -230]]), 7, { wide: 5, fill: palette.night, tremble: 1 }),
  ].join('')
}

const gauge: Picture = {
  name: 'gauge', seed: 33,
  draw: (plate) => {
    const bank = ridge(12, { base: 396, rise: 40, scale: 300 })
    const pier: Point[] = [[980, -20], [1420, -20], [1440, 760], [1400, 800], [1000, 800], [960, 760]]
    const courses = [40, 150, 262, 372, 484, 596, 700].flatMap((y, row) => [stroke([[968, y], [1436, y + 3]], 80 + row, { wide: 4, fill: '#6F6553', tremble: 4, taper: 0.02 }), ...[0, 1, 2].map((step) => stroke([[1030 + step * 150 + (row % 2) * 74, y], [1030 + step * 150 + (row % 2) * 74, y + 108]], 90 + row * 3 + step, { wide: 4, fill: '#6F6553', tremble: 4, taper: 0.02 }))])
    const ticks = Array.from({ length: 28 }, (_, step) => rectangle(1074, 96 + step * 24, step % 5 === 0 ? 66 : step % 2 === 0 ? 40 : 26, 11, { fill: step % 10 === 0 ? palette.clay : palette.ink }))
    const wet = `M960 640L1440 632L1440 760L1400 800L1000 800L960 760Z`
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#C9D8D2', '#EADFC4', '#F0D9A8') }), path(whole, { fill: plate.glow(0.2, 0.2, 0.5, '#FFF3CF', 0.9) }),
      below(bank, { fill: '#7E9A86' }), plate.grain(`${straight(bank)}L1620 560L-20 560Z`, 'up', palette.pine, 0.7), reeds(14, -20, 940, 470, 60, '#55755D'),
      path(straight([[-20, 470], [1620, 470], [1620, 700], [-20, 700]], true), { fill: plate.wash('down', '#BFD6D3', '#6FA3A6', '#3F7F8B') }),
      plate.grain(box(-20, 470, width + 40, 240), 'down', palette.deep, 0.5), ripples(17, { from: 486, to: 690, count: 90, fill: palette.foam, opacity: 0.75 }),
      below(ridge(22, { base: 690, rise: 26, scale: 260 }), { fill: '#CDB88C' }), plate.grain(box(-20, 680, width + 40, 400), 'down', '#6E5C3B', 0.55),
      stones(25, 26, 740, 840),
      plate.soft(14, path('M900 812L1440 806L1560 850L860 862Z', { fill: '#4A3C22', opacity: 0.6 })), cut(pier, 27, { fill: '#B7AA8E' }), plate.within(straight(pier, true), ...courses, plate.grain(straight(pier, true), 'right', '#4C4435', 0.9)),
      path(wet, { fill: '#574F40', opacity: 0.55 }), plate.grain(wet, 'up', palette.pine, 0.7),
      plate.shadow(box(1062, 84, 92, 690), 8, 8, 0.35, 6), rectangle(1062, 84, 92, 690, { fill: palette.paper }), ...ticks, plate.grain(box(1062, 84, 92, 690), 'down', '#5B5347', 0.5),
      stones(29, 44, 800, 1090),
      heron(330, 742),
    )
  },
}

function footprint(x: number, y: number, turn: number, scale: number, isLeft: boolean, opacity: number): string {
  const side = isLeft ? -1 : 1
  const sole: Point[] = [[0, -40], [15, -34], [18, -14], [11, 8], [13, 30], [0, 42], [-13, 30], [-10, 6], [-16, -16], [-12, -34]]
  const toes = [[-12, -50, 8], [0, -55, 7], [10, -52, 6], [18, -46, 5], [23, -38, 4.5]] as const
  const inside = path(curved(sole.map(([px, py]): Point => [px * side, py]), true), {}) + toes.map(([px, py, r]) => circle([px * side, py], r, {})).join('')
  return group({ transform: `translate(${x} ${y}) rotate(${turn}) scale(${scale})`, opacity }, group({ fill: '#8A7449', transform: 'translate(3 4)' }, inside), group({ fill: '#A88F5E' }, inside))
}

const counting: Picture = {
  name: 'counting', seed: 44,
  draw: (plate) => {
    const edge = (offset: number, seed: number): Point[] => {
      const field = noise(seed)
      return along([1640, 110 + offset], [-40, 640 + offset], 90).map(([x, y]): Point => [x, y + field.fractal(x / 260, offset / 90, 3) * 90])
    }
    const sea = (offset: number, seed: number): string => `${curved(edge(offset, seed))}L-40 -40L1640 -40Z`
    const steps = Array.from({ length: 12 }, (_, step) => {
      const share = step / 11
      const side = step % 2 ? 30 : -30
      return footprint(300 + share * 640 + side * 0.64, 1020 - share * 530 + side * 0.77, 48 + (step % 3) * 4, 1.25 - share * 0.42, step % 2 === 0, Math.max(0.06, 0.95 - share ** 2.2 * 0.95))
    })
    return plate.svg(
      path(whole, { fill: plate.wash('rise', '#EBD9B0', '#D9BF8C', '#C6A873') }), plate.grain(whole, 'rise', '#8A6F3F', 0.42),
      path(sea(170, 3), { fill: '#B49766', opacity: 0.55 }), path(sea(100, 4), { fill: '#9C845B', opacity: 0.6 }), plate.grain(sea(150, 3), 'up', '#6D5A39', 0.6),
      ...steps,
      path(sea(0, 5), { fill: palette.foam }), path(sea(-34, 6), { fill: '#A9CFCC' }), path(sea(-120, 7), { fill: '#5FA3AB' }), path(sea(-250, 8), { fill: '#2F7B89' }), path(sea(-420, 9), { fill: '#1C5668' }),
      plate.grain(sea(-60, 6), 'up', palette.deep, 0.75),
      ...[-14, -60, -96, -160, -210, -300].map((offset, index) => path(curved(edge(offset, 20 + index)), { fill: 'none', stroke: palette.foam, 'stroke-width': index === 0 ? 9 : 5, 'stroke-dasharray': index % 2 ? '180 60 40 90' : '320 40 60 30', 'stroke-linecap': 'round', opacity: 0.9 - index * 0.09 })),
      plate.within(sea(10, 5), hatching({ x: 0, y: 0, wide: width, high: 700 }, { every: 60, degrees: -18, wide: 3, fill: palette.foam, seed: 9, opacity: 0.35 })),
    )
  },
}

function kayak(x: number, y: number, long: number, fill: string, seed: number, plate: Plate): string {
  const high = long * 0.17
  const shape: Point[] = [[x, y], [x + long * 0.12, y - high * 0.62], [x + long * 0.3, y - high * 0.94], [x + long * 0.5, y - high], [x + long * 0.7, y - high * 0.94], [x + long * 0.88, y - high * 0.62], [x + long, y], [x + long * 0.5, y + high * 0.16]]
  const snow: Point[] = [[x + long * 0.06, y - high * 0.4], [x + long * 0.28, y - high * 0.88], [x + long * 0.5, y - high * 0.94], [x + long * 0.72, y - high * 0.88], [x + long * 0.94, y - high * 0.4], [x + long * 0.8, y - high * 1.0], [x + long * 0.5, y - high * 1.34], [x + long * 0.2, y - high * 1.02]]
  return path(curved(shape, true), { fill }) + plate.grain(curved(shape, true), 'down', palette.night, 0.85) + path(curved(trembling(snow, seed, 7, 60), true), { fill: '#F3F1EA' })
}

const winter: Picture = {
  name: 'winter', seed: 8,
  draw: (plate) => {
    const random = plate.random
    const town = Array.from({ length: 34 }, (_, index) => {
      const [x, wide, high] = [index * 50 - 20, random.between(34, 66), random.between(50, 150)]
      const windows = Array.from({ length: 5 }, () => rectangle(x + random.between(6, wide - 12), 470 - random.between(14, high - 14), 6, 9, { fill: palette.glow, opacity: random() > 0.35 ? 0.95 : 0 }))
      return cut([[x, 480], [x, 480 - high], [x + wide / 2, 480 - high - random.between(0, 26)], [x + wide, 480 - high], [x + wide, 480]], index, { fill: '#48606C' }) + windows.join('')
    })
    const arches = Array.from({ length: 6 }, (_, index) => `M${index * 290 - 70} 520V440Q${index * 290 + 60} 370 ${index * 290 + 190} 440V520Z`).join('')
    const floes = Array.from({ length: 40 }, () => {
      const depth = random()
      const [x, y, size] = [random.between(-40, width + 40), 540 + depth * 230, 20 + depth * 90]
      return cut(Array.from({ length: 7 }, (_, corner): Point => [x + Math.cos((corner / 7) * 6.28) * size * random.between(0.7, 1.2), y + Math.sin((corner / 7) * 6.28) * size * 0.24 * random.between(0.7, 1.2)]), Math.round(x), { fill: '#DCE6E6', opacity: 0.92 })
    })
    const flakes = Array.from({ length: 150 }, () => circle([random.between(0, width), random.between(0, height)], random.between(1.5, 5.5), { fill: '#FFFFFF', opacity: random.between(0.4, 0.9) }))
    const rows = [[150, 800, 380], [560, 790, 390], [1000, 805, 380], [-60, 880, 470], [420, 890, 480], [930, 886, 490], [1380, 880, 480], [90, 990, 580], [720, 1000, 600]] as const
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#5D7683', '#9FB2B5', '#E6CFAE') }), plate.grain(box(-20, -20, width + 40, 420), 'up', '#2E4654', 0.6), ...town, plate.grain(box(-20, 300, width + 40, 190), 'down', '#2E4654', 0.5),
      path(`M-20 400H1620V470H-20Z${arches}`, { fill: '#32474F', 'fill-rule': 'evenodd' }), rectangle(-20, 384, 1660, 18, { fill: '#25383F' }), ...along([40, 384], [1560, 384], 9).map(([x, y]) => stroke([[x, y], [x, y - 56]], Math.round(x), { wide: 5, fill: '#25383F', taper: 0.02 }) + circle([x, y - 60], 34, { fill: palette.glow, opacity: 0.28 }) + circle([x, y - 60], 8, { fill: '#FFF1C9' })),
      path(box(-20, 470, width + 40, 320), { fill: plate.wash('down', '#8DA6A8', '#47707D', '#24505F') }), ripples(5, { from: 500, to: 740, count: 40, fill: palette.glow, opacity: 0.5 }), ...floes,
      below(ridge(41, { base: 740, rise: 30, scale: 300 }), { fill: '#EDEBE4' }), plate.grain(box(-20, 740, width + 40, 350), 'up', '#7D97A3', 0.4),
      plate.rough(...rows.map(([x, y, long], index) => plate.soft(12, path(`M${x} ${y}h${long}l-30 26h${-long}Z`, { fill: '#4D6672', opacity: 0.6 })) + kayak(x, y, long, [palette.clay, palette.river, palette.amber, palette.moss, palette.rust][index % 5] ?? palette.clay, index, plate))), ...flakes,
    )
  },
}

export const water: readonly Picture[] = [ferry, lighthouse, gauge, counting, winter]

/** Pictures seen from above or against a wall: maps, sheets, letters. */
import { along, chance, circle, contours, curved, cut, group, hatching, height, noise, palette, path, type Point, rectangle, refined, straight, stroke, trembling, width } from './ink.ts'
import { box, type Picture, type Plate, whole } from './print.ts'
import { lemon, mug, pencil, pin, placed, ring, scribble, setLines, sheet, tick } from './things.ts'

/** Where a map was folded. */
function folds(plate: Plate, across: readonly number[], down: readonly number[]): string {
  const crease = (d: string, light: 'left' | 'up'): string => plate.grain(d, light, '#8A6F3F', 0.5)
  return [...across.map((x) => crease(box(x, -10, 70, height + 20), 'left') + rectangle(x - 3, -10, 3, height + 20, { fill: '#FFFDF4', opacity: 0.7 })), ...down.map((y) => crease(box(-10, y, width + 20, 60), 'up') + rectangle(-10, y - 3, width + 20, 3, { fill: '#FFFDF4', opacity: 0.7 }))].join('')
}

const bay: readonly Point[] = [[-420, 262], [-40, 250], [120, 236], [200, 300], [214, 400], [300, 520], [330, 640], [470, 730], [640, 742], [800, 800], [980, 822], [1180, 780], [1330, 690], [1480, 640], [1640, 560]]
const shore = (seed: number, amount: number, dx = 0, dy = 0): Point[] => trembling(refined(bay, 16), seed, amount, 70).map(([x, y]): Point => [x + dx, y + dy])

function compass(x: number, y: number, size: number): string {
  const needles = [0, 90, 180, 270].map((degrees) => group({ transform: `rotate(${degrees} ${x} ${y})` }, path(`M${x} ${y}L${x - size * 0.12} ${y - size * 0.2}L${x} ${y - size}Z`, { fill: palette.ink }), path(`M${x} ${y}L${x + size * 0.12} ${y - size * 0.2}L${x} ${y - size}Z`, { fill: palette.paper, stroke: palette.ink, 'stroke-width': 2 })))
  return circle([x, y], size * 0.72, { fill: 'none', stroke: palette.ink, 'stroke-width': 2.5 }) + circle([x, y], size * 0.64, { fill: 'none', stroke: palette.ink, 'stroke-width': 1.5 }) + needles.join('') + circle([x, y], 7, { fill: palette.clay })
}

const atlas: Picture = {
  name: 'atlas', seed: 17,
  draw: (plate) => {
    const land = `${curved(shore(3, 16))}L1640 1100L-40 1100Z`
    const field = noise(6)
    const hills = contours((x, y) => field.fractal(x / 420, y / 420, 4) + (y - 700) / 900, { x: -20, y: 200, wide: width + 40, high: 900 }, Array.from({ length: 15 }, (_, level) => -0.5 + level * 0.085))
    const depths = [0, 1, 2, 3, 4].map((step) => path(`${curved(shore(20 + step, 26 + step * 9, 34 + step * 52, -34 - step * 62))}L1640 -60L-40 -60Z`, { fill: ['#C3DAD3', '#9CC4C3', '#6FA6AD', '#468A97', '#276F80'][step] }))
    const spit = curved(trembling([[-40, 150], [140, 168], [330, 236], [520, 330], [640, 420], [668, 470], [630, 462], [500, 372], [320, 276], [130, 206], [-40, 190]], 8, 9, 60), true)
    const route = shore(3, 16, -18, 40).filter((_, index) => index % 3 === 0)
    const stops = route.filter((_, index) => index % 5 === 2)
    return plate.svg(
      path(whole, { fill: '#DDE8DC' }), ...depths, plate.grain(box(-20, -20, width + 40, 760), 'rise', palette.deep, 0.5),
      ...[1, 2, 3].map((step) => path(curved(shore(40 + step, 10, step * 11, -step * 13)), { fill: 'none', stroke: palette.river, 'stroke-width': 2, opacity: 0.5 })),
      path(spit, { fill: palette.sand }), path(spit, { fill: 'none', stroke: palette.ink, 'stroke-width': 3.5 }),
      plate.soft(9, path(curved(shore(3, 16, 4, -10)), { fill: 'none', stroke: palette.deep, 'stroke-width': 14, opacity: 0.5 })), path(land, { fill: palette.sand }),
      plate.within(land, path(land, { fill: plate.glow(0.3, 0.9, 0.6, '#F9EBC4') }), ...hills.map((d, index) => path(d, { fill: 'none', stroke: index % 4 === 0 ? palette.rust : '#A9834C', 'stroke-width': index % 4 === 0 ? 3 : 1.8, opacity: 0.8 })), plate.grain(land, 'rise', palette.moss, 0.42)),
      path(curved(shore(3, 16)), { fill: 'none', stroke: palette.ink, 'stroke-width': 4.5, 'stroke-linejoin': 'round' }),
      stroke(trembling(refined([[760, 1100], [772, 1000], [726, 930], [760, 860], [742, 794]], 12), 5, 14, 60), 9, { wide: 17, fill: '#468A97', taper: 0.02 }),
      path(curved(route), { fill: 'none', stroke: palette.clay, 'stroke-width': 6, 'stroke-dasharray': '20 15', 'stroke-linecap': 'round' }),
      ...stops.map((stop) => circle(stop, 14, { fill: palette.paper, stroke: palette.clay, 'stroke-width': 6 })),
      compass(1330, 236, 120), folds(plate, [540, 1090], [520]), placed(1580, 980, 214, pencil(plate, 640, palette.amber)),
    )
  },
}

/** The mouth of a river with its sandbank, as one plate of the atlas. */
const atlasPlate: Picture = {
  name: 'atlas-plansza', seed: 29,
  draw: (plate) => {
    const west: Point[] = trembling(refined([[110, 90], [330, 130], [520, 96], [610, 190], [600, 380], [660, 560], [640, 760], [700, 980]], 14), 4, 14, 60)
    const east: Point[] = trembling(refined([[1490, 90], [1240, 120], [1010, 92], [900, 180], [910, 360], [980, 540], [960, 780], [1010, 980]], 14), 5, 14, 60)
    const bank = trembling(refined([[560, 216], [700, 150], [860, 160], [980, 214], [900, 276], [760, 300], [640, 280]], 12, true), 6, 12, 50)
    const field = noise(15)
    const lines = contours((x, y) => field.fractal(x / 260, y / 260, 4), { x: 90, y: 80, wide: 1420, high: 920 }, Array.from({ length: 11 }, (_, level) => -0.5 + level * 0.1))
    const land = [`${straight(west)}L700 1020L80 1020L80 90Z`, `${straight(east)}L1010 1020L1520 1020L1520 90Z`]
    const arrows = [[770, 900, 720], [830, 820, 640], [770, 640, 460], [700, 420, 320], [900, 420, 330]].map(([x = 0, from = 0, to = 0], index) => stroke([[x, from], [x + (index % 2 ? 14 : -10), (from + to) / 2], [x, to]], index, { wide: 6, fill: palette.river }) + path(`M${x - 15} ${to + 20}L${x} ${to - 6}L${x + 15} ${to + 20}`, { fill: 'none', stroke: palette.river, 'stroke-width': 6, 'stroke-linecap': 'round' }))
    return plate.svg(
      path(whole, { fill: palette.paper }), plate.grain(whole, 'fall', palette.straw, 0.5), path(box(90, 70, 1420, 930), { fill: '#E3ECE2' }),
      plate.within(box(90, 70, 1420, 930),
        ...Array.from({ length: 9 }, (_, step) => path(curved(trembling(along([90, 84 + step * 15], [1510, 80 + step * 15], 40), 50 + step, 9, 120)), { fill: 'none', stroke: palette.stream, 'stroke-width': 2.2, opacity: 0.8 - step * 0.07 })),
        ...land.flatMap((d, side) => [path(d, { fill: palette.sand }), plate.within(d, ...lines.map((line) => path(line, { fill: 'none', stroke: '#A9834C', 'stroke-width': 2, opacity: 0.85 })), plate.grain(d, side === 0 ? 'left' : 'right', palette.moss, 0.5))]),
        stroke(west, 7, { wide: 7, fill: palette.ink, taper: 0.02 }), stroke(east, 8, { wide: 7, fill: palette.ink, taper: 0.02 }),
        path(straight(bank, true), { fill: '#EAD9A8' }), plate.within(straight(bank, true), hatching({ x: 540, y: 130, wide: 460, high: 190 }, { every: 13, degrees: 32, wide: 3, fill: '#A9834C', seed: 5 })), path(straight(bank, true), { fill: 'none', stroke: palette.ink, 'stroke-width': 4, 'stroke-dasharray': '3 9', 'stroke-linecap': 'round' }),
        ...[0, 1].map((ghost) => path(straight(bank.map(([x, y]): Point => [x + 60 + ghost * 70, y - 34 - ghost * 22]), true), { fill: 'none', stroke: palette.clay, 'stroke-width': 3, 'stroke-dasharray': '14 12', opacity: 0.75 })), ...arrows,
      ),
      path(box(90, 70, 1420, 930), { fill: 'none', stroke: palette.ink, 'stroke-width': 5 }), path(box(78, 58, 1444, 954), { fill: 'none', stroke: palette.ink, 'stroke-width': 2 }),
      ...along([90, 1024], [1510, 1024], 20).map(([x, y], index) => (index % 2 ? rectangle(x, y, 71, 10, { fill: palette.ink }) : '')), scribble(1100, 250, 260, { tall: 12, fill: palette.ink, seed: 6, thick: 4 }), scribble(1100, 310, 170, { tall: 12, fill: palette.ink, seed: 9, thick: 4 }), scribble(190, 640, 270, { tall: 12, fill: palette.ink, seed: 12, thick: 4 }), ring(410, 800, 46, palette.clay, 3),
    )
  },
}

const mending: Picture = {
  name: 'map-mending', seed: 51,
  draw: (plate) => {
    const field = noise(31)
    const [columns, rows] = [4, 3]
    const corner = (column: number, row: number): Point => [150 + column * 270 + field.at(column * 2.3, row * 1.7) * 70, 120 + row * 272 + field.at(column * 1.9 + 9, row * 2.1 + 4) * 60]
    const river = curved(trembling(refined([[120, 330], [400, 420], [560, 300], [760, 480], [930, 640], [1060, 560], [1260, 760]], 30), 5, 26, 120))
    const arm = curved(trembling(refined([[760, 480], [640, 640], [700, 800], [600, 960]], 30), 6, 22, 120))
    const cells = Array.from({ length: columns * rows }, (_, index) => {
      const [column, row] = [index % columns, Math.floor(index / columns)]
      // Neighbours share the torn edge between them, because a place trembles alike for both.
      const torn = trembling(trembling(refined([corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1)], 7, true), 3, 26, 70), 4, 9, 14)
      const centre: Point = [285 + column * 270, 256 + row * 272]
      const d = straight(torn, true)
      const inner = straight(torn.map(([x, y]): Point => [centre[0] + (x - centre[0]) * 0.96, centre[1] + (y - centre[1]) * 0.96]), true)
      const lines = contours((x, y) => field.fractal(x / 240, y / 240, 4), { x: centre[0] - 220, y: centre[1] - 220, wide: 440, high: 440 }, Array.from({ length: 9 }, (_, level) => -0.45 + level * 0.11))
      const [away, aside, turn] = index === 11 ? [70, 44, 9] : [(column - 1.5) * 16, (row - 1) * 18, field.at(index * 5, 2) * 3]
      if (index === 6) return ''
      return group({ transform: `translate(${away} ${aside}) rotate(${turn} ${centre[0]} ${centre[1]})` }, plate.shadow(d, 9, 15, 0.45, 9), path(d, { fill: '#FBF4E2' }), plate.within(inner, path(d, { fill: '#E2D0A4' }), ...lines.map((line) => path(line, { fill: 'none', stroke: '#8F6B3C', 'stroke-width': 2.2, opacity: 0.75 })), ...[river, arm].map((line) => path(line, { fill: 'none', stroke: '#2F7B89', 'stroke-width': 46 }) + path(line, { fill: 'none', stroke: '#7FB3B5', 'stroke-width': 31 })), plate.grain(d, 'fall', '#8A6534', 0.4)))
    })
    const strips = [[414, 270, 86], [540, 392, 4], [414, 560, 92], [270, 670, 8]].map(([x = 0, y = 0, turn = 0], index) => placed(x, y, turn, cut([[-92, -20], [92, -16], [96, 18], [-88, 22]], index + 5, { fill: '#FFFFFF', opacity: 0.62 }, 6)))
    const bowl = placed(1440, 250, 0, plate.soft(18, circle([20, 40], 178, { fill: palette.ink, opacity: 0.4 })), circle([0, 0], 170, { fill: '#D8D4C8' }), plate.grain('M-170 0a170 170 0 1 0 340 0a170 170 0 1 0 -340 0Z', 'fall', palette.deep, 0.6), circle([0, 0], 140, { fill: '#B9B6AA' }), circle([4, 8], 128, { fill: '#F7F1E0' }), path(curved([[-70, 0], [-30, -40], [30, -34], [60, 10], [20, 40], [-40, 34]], true), { fill: '#FFFDF4' }))
    const brush = placed(1560, 1030, 236, plate.shadow(box(-20, -14, 420, 28), 12, 20, 0.45, 9), cut([[-40, -12], [270, -20], [280, 20], [-40, 12]], 4, { fill: palette.rust }, 2), rectangle(270, -26, 64, 52, { fill: '#C9A24B' }), cut([[334, -30], [452, -40], [470, 2], [450, 36], [334, 30]], 9, { fill: '#E9DDC3' }, 5), plate.grain(box(334, -40, 136, 80), 'right', '#7A5B33', 0.7))
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#35535A', '#23424B', '#16303A') }), path(whole, { fill: plate.glow(0.42, 0.3, 0.65, '#7FA9A4', 0.55) }), plate.grain(whole, 'fall', palette.night, 0.6),
      ...along([-20, 180], [-20, 1000], 4).map(([, y], index) => stroke([[-20, y], [1620, y + 26]], index, { wide: 3, fill: palette.night, opacity: 0.4, tremble: 4, taper: 0.01 })),
      ...cells, ...strips, bowl, brush,
    )
  },
}

const newsletter: Picture = {
  name: 'newsletter', seed: 12,
  draw: (plate) => {
    const flap: Point[] = [[0, 0], [360, 250], [720, 0]]
    const envelope = placed(300, 470, -5, plate.shadow(box(0, 0, 720, 440), 20, 34, 0.42, 20), cut([[0, 0], [720, 0], [720, 440], [0, 440]], 5, { fill: '#DDE7E2' }, 2), plate.grain(box(0, 0, 720, 440), 'fall', palette.stream, 0.7), stroke([[4, 438], [300, 196]], 6, { wide: 4, fill: '#7E9C9C', taper: 0.02 }), stroke([[716, 438], [420, 196]], 7, { wide: 4, fill: '#7E9C9C', taper: 0.02 }), plate.shadow(straight(flap, true), 0, 12, 0.35, 7), cut(flap, 8, { fill: '#EEF3EF' }, 1.5), plate.grain(straight(flap, true), 'down', palette.stream, 0.5), circle([360, 226], 52, { fill: palette.clay }), path(curved(trembling(Array.from({ length: 14 }, (_, step): Point => [360 + Math.cos(step * 0.449) * 58, 226 + Math.sin(step * 0.449) * 56]), 5, 8, 20), true), { fill: palette.clay }), circle([360, 226], 36, { fill: palette.rust, opacity: 0.75 }), path('M342 234q10 -26 18 -4t20 -10', { fill: 'none', stroke: '#E39A82', 'stroke-width': 6, 'stroke-linecap': 'round' }))
    const letter = placed(390, 210, 3, sheet(plate, 560, 420, 9), scribble(50, 74, 260, { tall: 15, fill: palette.ink, seed: 4, thick: 5 }), ...[0, 1, 2].map((line) => scribble(50, 148 + line * 56, 420 - line * 60, { tall: 11, fill: palette.ink, seed: 20 + line, thick: 4 })))
    const knife = placed(1090, 1000, -24, plate.shadow(box(0, -10, 480, 22), 10, 18, 0.4, 9), cut([[0, -18], [140, -14], [150, 14], [0, 20]], 3, { fill: '#4A2F22' }, 2), rectangle(140, -22, 22, 44, { fill: '#C9A24B' }), path('M162 -17L440 -14Q490 -6 500 6L162 17Z', { fill: '#C8CFCB' }), path('M162 0L496 5L162 17Z', { fill: '#8F9C9B' }))
    return plate.svg(
      path(box(-20, -20, width + 40, 440), { fill: plate.wash('right', '#2F5A57', '#3F6F68', '#5C8577') }), plate.grain(box(-20, -20, width + 40, 440), 'down', palette.night, 0.6), path(whole, { fill: plate.glow(0.12, 0.02, 0.6, '#CFE0C8', 0.5) }),
      path(box(-20, 400, width + 40, 700), { fill: plate.wash('fall', '#E0B87A', '#C9914F', '#A86E38') }), plate.grain(box(-20, 400, width + 40, 700), 'fall', '#5F3518', 0.65), rectangle(-20, 396, width + 40, 8, { fill: '#7A4A26' }),
      ...[520, 640, 790, 960].map((y, index) => stroke([[-20, y], [500, y + 14], [1000, y - 10], [1640, y + 8]], index, { wide: 4, fill: '#8A5526', opacity: 0.4, tremble: 8, taper: 0.01 })),
      path('M-20 420L420 396L900 1100L-20 1100Z', { fill: '#FFF0C4', opacity: 0.2 }), letter, envelope,
      placed(1320, 590, -8, lemon(plate)), placed(1180, 700, 14, plate.soft(12, circle([22, 30], 98, { fill: palette.ink, opacity: 0.32 })), path(curved([[-104, 0], [-74, -74], [0, -104], [74, -74], [104, 0], [74, 74], [0, 104], [-74, 74]], true), { fill: '#E9BE3F' }), circle([0, 0], 88, { fill: '#FBEFC0' }), ...Array.from({ length: 9 }, (_, slice) => group({ transform: `rotate(${slice * 40})` }, path('M0 -10L-24 -72Q0 -86 24 -72Z', { fill: '#F0D264' }))), circle([0, 0], 8, { fill: '#FBEFC0' })),
      knife,
    )
  },
}

const corrections: Picture = {
  name: 'corrections', seed: 61,
  draw: (plate) => {
    const page = placed(190, -80, 4, sheet(plate, 1010, 1400, 5, '#F8F2E4'), rectangle(110, 190, 620, 40, { fill: palette.ink, opacity: 0.9, rx: 3 }), rectangle(110, 252, 420, 40, { fill: palette.ink, opacity: 0.9, rx: 3 }), rectangle(110, 330, 240, 12, { fill: palette.river, rx: 3 }),
      setLines(110, 400, 790, 5, { every: 46, thick: 15, fill: palette.ink, seed: 8 }), setLines(110, 668, 790, 6, { every: 46, thick: 15, fill: palette.ink, seed: 9 }), setLines(110, 980, 790, 6, { every: 46, thick: 15, fill: palette.ink, seed: 10 }),
      rectangle(330, 748, 236, 42, { fill: '#F8F2E4' }), rectangle(346, 760, 204, 16, { fill: palette.ink, rx: 2, opacity: 0.85 }), stroke([[322, 792], [420, 766], [580, 742]], 4, { wide: 13, fill: palette.clay, tremble: 5 }), stroke([[326, 754], [450, 772], [576, 786]], 5, { wide: 12, fill: palette.clay, tremble: 5 }),
      stroke([[580, 742], [690, 690], [820, 640], [900, 560]], 6, { wide: 7, fill: palette.clay, tremble: 4 }), stroke([[356, 728], [372, 706], [388, 728]], 7, { wide: 6, fill: palette.clay }))
    const slip = placed(960, 380, -7, sheet(plate, 440, 190, 7, '#FFFBEF'), scribble(50, 74, 300, { tall: 14, fill: palette.clay, seed: 3, thick: 6 }), scribble(50, 134, 200, { tall: 12, fill: palette.clay, seed: 5, thick: 6 }), cut([[150, -34], [290, -28], [286, 26], [148, 22]], 3, { fill: '#E8D9BC', opacity: 0.78 }, 4))
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#6F8F8C', '#3E6A70', '#234A55') }), plate.grain(whole, 'fall', palette.night, 0.55), path(whole, { fill: plate.glow(0.3, 0.2, 0.7, '#DCE9E4', 0.45) }), page, slip,
      placed(1500, 1010, 206, pencil(plate, 600, palette.clay)), path('M-40 -40L700 -40L1300 1110L500 1110Z', { fill: '#FFF6DC', opacity: 0.1 }),
    )
  },
}

const checklist: Picture = {
  name: 'checklist', seed: 72,
  draw: (plate) => {
    const random = chance(9)
    const rows = Array.from({ length: 7 }, (_, row) => {
      const y = 170 + row * 104
      const square: Point[] = [[84, y - 30], [146, y - 32], [148, y + 30], [86, y + 31]]
      const long = random.between(260, 430)
      return path(straight(trembling(refined(square, 8, true), row + 3, 4, 30), true), { fill: 'none', stroke: palette.ink, 'stroke-width': 5 }) + scribble(196, y, long, { tall: 13, fill: palette.ink, seed: 40 + row, thick: 5 }) + (row < 6 ? tick(116, y - 6, 74, palette.river, row) : '')
    })
    const leaves = Array.from({ length: 13 }, (_, index) => {
      const [x, y, turn] = [1150 + Math.cos(index * 1.9) * 240 + index * 12, 60 + index * 64, index * 47]
      return group({ transform: `translate(${x} ${y}) rotate(${turn})` }, path('M0 0C60 -70 170 -70 230 0C170 60 60 60 0 0Z', { fill: '#7A5B33' }))
    })
    const string = curved([[1240, -20], [1230, 160], [1262, 330], [1240, 470]])
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#F2D9A2', '#E6BE7C', '#C98F4E') }), plate.grain(whole, 'fall', '#8A5526', 0.5), plate.soft(11, group({ opacity: 0.3 }, ...leaves, path('M1000 -40Q1300 400 1240 1100L1262 1100Q1330 400 1040 -40Z', { fill: '#7A5B33' }))),
      path('M-40 -40L420 -40L1180 1110L300 1110Z', { fill: '#FFF3CF', opacity: 0.32 }),
      placed(420, 90, -2.5, sheet(plate, 700, 900, 5), ...rows, pin(plate, 350, 54, palette.clay)),
      plate.soft(6, path(string, { fill: 'none', stroke: palette.ink, 'stroke-width': 6, opacity: 0.3, transform: 'translate(16 20)' })), path(string, { fill: 'none', stroke: '#6B4A2C', 'stroke-width': 6 }), placed(1240, 440, 84, pencil(plate, 460, palette.river)), circle([1240, 470], 15, { fill: 'none', stroke: '#6B4A2C', 'stroke-width': 6 }),
    )
  },
}

const calendar: Picture = {
  name: 'calendar', seed: 83,
  draw: (plate) => {
    const random = chance(4)
    const colours = [palette.river, palette.amber, palette.moss, palette.clay, palette.plum, palette.stream]
    const cells = Array.from({ length: 35 }, (_, day) => {
      const [x, y] = [40 + (day % 7) * 150, 190 + Math.floor(day / 7) * 132]
      const isPast = day < 16
      const bars = random() < (day % 7 > 4 ? 0.12 : 0.62) ? Array.from({ length: random() < 0.3 ? 2 : 1 }, (_, bar) => cut([[x + 16, y + 50 + bar * 38], [x + 132 - random.between(0, 40), y + 50 + bar * 38], [x + 130, y + 78 + bar * 38], [x + 16, y + 78 + bar * 38]], day + bar, { fill: random.pick(colours), opacity: isPast ? 0.5 : 1 }, 2)) : []
      return rectangle(x, y, 150, 132, { fill: isPast ? '#EFE3CB' : 'none', stroke: '#C2AE87', 'stroke-width': 2.5 }) + rectangle(x + 14, y + 14, 24, 18, { fill: palette.ink, opacity: isPast ? 0.3 : 0.75, rx: 3 }) + bars.join('')
    })
    const head = path(box(0, 0, 1130, 140), { fill: palette.river })
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#E9CFA0', '#D9A866', '#B97B41') }), plate.grain(whole, 'fall', '#6B3F1B', 0.6), ...[150, 390, 640, 880].map((y, index) => stroke([[-20, y], [600, y + 18], [1640, y - 6]], index, { wide: 4, fill: '#8A5526', opacity: 0.35, tremble: 9, taper: 0.01 })),
      placed(190, 110, -6, sheet(plate, 1130, 880, 3), head, plate.grain(box(0, 0, 1130, 140), 'right', palette.night, 0.7), rectangle(60, 48, 330, 46, { fill: palette.paper, rx: 4 }), ...Array.from({ length: 9 }, (_, hole) => circle([70 + hole * 124, 12], 15, { fill: '#8F5E31' }) + path(`M${58 + hole * 124} 18q12 -54 26 0`, { fill: 'none', stroke: '#3A342C', 'stroke-width': 6 })), ...cells, ring(40 + 3 * 150 + 75, 190 + 2 * 132 + 66, 88, palette.clay, 4), ...[0, 1, 2, 3, 4, 7, 8, 9].map((day) => stroke([[62 + (day % 7) * 150, 306 + Math.floor(day / 7) * 132], [168 + (day % 7) * 150, 208 + Math.floor(day / 7) * 132]], day, { wide: 7, fill: palette.ink, tremble: 5, opacity: 0.55 }))),
      placed(1420, 300, 24, mug(plate, palette.clay)), placed(1540, 1010, 205, pencil(plate, 520, palette.moss)), placed(1290, 690, 9, sheet(plate, 190, 190, 5, '#F2CF6B'), scribble(26, 66, 120, { tall: 11, fill: palette.ink, seed: 8, thick: 5 }), scribble(26, 118, 90, { tall: 11, fill: palette.ink, seed: 9, thick: 5 })),
      plate.soft(4, path('M520 -40L760 -40L260 1110L-40 1110L-40 900Z', { fill: '#FFF6DC', opacity: 0.26 }), path('M860 -40L1040 -40L560 1110L340 1110Z', { fill: '#FFF6DC', opacity: 0.22 })),
    )
  },
}

export const paper: readonly Picture[] = [atlas, atlasPlate, mending, newsletter, corrections, checklist, calendar]

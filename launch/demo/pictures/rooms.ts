/** Pictures of places where people work with words: desks, a press, a museum; and a letter. */
import { along, below, chance, circle, curved, cut, element, group, height, hatching, noise, palette, path, type Point, rectangle, refined, ridge, straight, stroke, trembling, width } from './ink.ts'
import { box, type Picture, type Plate, whole } from './print.ts'
import { lamp, pencil, placed, scribble, setLines, sheet } from './things.ts'

const arc = (x: number, y: number, r: number, from: number, to: number, steps = 40): Point[] =>
  Array.from({ length: steps + 1 }, (_, step): Point => {
    const turn = ((from + ((to - from) * step) / steps) * Math.PI) / 180
    return [x + Math.cos(turn) * r, y + Math.sin(turn) * r]
  })

const ogonek: Picture = {
  name: 'ogonek', seed: 91,
  draw: (plate) => {
    const lines = [...along([40, 0], [1560, 0], 38).map(([x], index) => rectangle(x, 0, index % 5 === 0 ? 2.4 : 1.2, height, { fill: palette.stream, opacity: index % 5 === 0 ? 0.6 : 0.35 })), ...along([0, 20], [0, 1060], 26).map(([, y], index) => rectangle(0, y, width, index % 5 === 0 ? 2.4 : 1.2, { fill: palette.stream, opacity: index % 5 === 0 ? 0.6 : 0.35 }))]
    const bowl = `${straight(arc(700, 500, 300, 0, 360, 72), true)}${straight(arc(712, 500, 190, 360, 0, 72), true)}`
    const stem = box(905, 196, 112, 606)
    const tail = 'M948 786L1017 786C986 838 972 868 980 898C990 932 1032 936 1074 908L1092 940C1030 990 944 976 930 918C920 876 934 828 948 786Z'
    const guide = (y: number): string => path(`M-20 ${y}H1620`, { stroke: palette.clay, 'stroke-width': 3, 'stroke-dasharray': '26 14', opacity: 0.85 })
    const handle = (x: number, y: number, tipX: number, tipY: number): string => path(`M${x} ${y}L${tipX} ${tipY}`, { stroke: palette.clay, 'stroke-width': 3 }) + rectangle(x - 9, y - 9, 18, 18, { fill: palette.paper, stroke: palette.clay, 'stroke-width': 4 }) + circle([tipX, tipY], 9, { fill: palette.clay })
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#F8F1E2', '#F0E4CB') }), ...lines, plate.grain(whole, 'fall', palette.straw, 0.6), guide(196), guide(802), guide(964),
      circle([700, 500], 300, { fill: 'none', stroke: palette.river, 'stroke-width': 2.5, opacity: 0.8 }), circle([712, 500], 190, { fill: 'none', stroke: palette.river, 'stroke-width': 2.5, opacity: 0.8 }), circle([1012, 900], 92, { fill: 'none', stroke: palette.river, 'stroke-width': 2.5, opacity: 0.8 }), path('M330 870L1110 120M400 120L1070 880', { stroke: palette.river, 'stroke-width': 2, opacity: 0.5 }),
      plate.rough(path(bowl, { fill: palette.ink, 'fill-rule': 'evenodd' }), path(stem, { fill: palette.ink }), path(tail, { fill: palette.clay })),
      plate.grain(bowl, 'rise', '#5E5348', 0.5), plate.grain(tail, 'down', palette.rust, 0.9),
      handle(930, 918, 916, 820), handle(1092, 940, 1026, 990), handle(700, 200, 540, 200), handle(400, 500, 400, 650), scribble(1170, 240, 250, { tall: 13, fill: palette.ink, seed: 8, thick: 4 }), scribble(1150, 930, 220, { tall: 13, fill: palette.clay, seed: 11, thick: 4 }), stroke([[1140, 930], [1100, 936]], 3, { wide: 5, fill: palette.clay }),
      placed(1560, 700, 222, pencil(plate, 470, palette.ink)),
      ...[[180, 860, 26], [230, 900, 10], [150, 920, 14]].map(([x = 0, y = 0, r = 0], index) => path(curved(trembling(arc(x, y, r, 0, 345, 14), index, r * 0.4, 14), true), { fill: palette.ink })),
    )
  },
}

/** An open book, its spine at 0,0. */
function book(plate: Plate, wide: number): string {
  const page = (side: 1 | -1): string => {
    const d = `M0 -6C${side * wide * 0.3} -64 ${side * wide * 0.7} -52 ${side * wide} -16L${side * wide * 1.06} 92C${side * wide * 0.7} 56 ${side * wide * 0.3} 50 0 104Z`
    const lines = Array.from({ length: 6 }, (_, line) => path(`M${side * 46} ${2 + line * 14}C${side * wide * 0.36} ${-34 + line * 15} ${side * wide * 0.64} ${-24 + line * 15} ${side * wide * (line === 5 ? 0.6 : 0.93)} ${8 + line * 13}`, { fill: 'none', stroke: '#6B5A44', 'stroke-width': 4, 'stroke-dasharray': '40 8 26 8 60 9', opacity: 0.75 }))
    return path(d, { fill: '#FBF1DA' }) + plate.grain(d, side === 1 ? 'left' : 'right', '#A9834C', 0.6) + lines.join('')
  }
  return plate.soft(14, path(`M${-wide * 1.06} 112L0 130L${wide * 1.06} 112L${wide} 60L${-wide} 60Z`, { fill: palette.night, opacity: 0.7 })) + path(`M${-wide * 1.08} 96L0 122L${wide * 1.08} 96L${wide * 1.06} 84L0 104L${-wide * 1.06} 84Z`, { fill: palette.rust }) + page(-1) + page(1)
}

const longReads: Picture = {
  name: 'long-reads', seed: 19,
  draw: (plate) => {
    const shares = [22, 17, 19, 21, 34, 41, 29]
    const random = chance(8)
    const towers = shares.map((share, index) => {
      const [x, high, wide] = [110 + index * 166, share * 13.2, 132]
      const top = 760 - high
      const windows = Array.from({ length: Math.floor(high / 46) * 3 }, (_, number) => rectangle(x + 20 + (number % 3) * 36, top + 24 + Math.floor(number / 3) * 44, 18, 24, { fill: palette.glow, opacity: random() < (index > 3 ? 0.72 : 0.16) ? 0.95 : 0.1 }))
      const shape: Point[] = [[x, 770], [x, top], [x + wide, top], [x + wide, 770]]
      return cut(shape, index, { fill: index > 3 ? '#1D4756' : '#2A5968' }, 2) + plate.grain(straight(shape, true), 'up', palette.night, 0.6) + windows.join('')
    })
    const clock = [circle([300, 240], 128, { fill: '#FFF3CF' }), ...Array.from({ length: 12 }, (_, hour) => group({ transform: `rotate(${hour * 30} 300 240)` }, rectangle(296, 128, hour % 3 === 0 ? 9 : 5, hour % 3 === 0 ? 24 : 14, { fill: palette.ink, opacity: 0.8 }))), stroke([[300, 240], [232, 240]], 3, { wide: 11, fill: palette.ink, taper: 0.05 }), stroke([[300, 250], [300, 150]], 4, { wide: 8, fill: palette.ink, taper: 0.05 }), circle([300, 240], 11, { fill: palette.clay })]
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#122B38', '#28586A', '#7C8E86', '#E0A868') }), plate.grain(box(-20, -20, width + 40, 620), 'up', palette.night, 0.7), plate.soft(24, circle([300, 240], 170, { fill: palette.glow, opacity: 0.5 })), ...clock,
      below(ridge(5, { base: 740, rise: 40, scale: 320 }), { fill: '#3E6B6E' }), ...towers,
      path(box(-20, 760, width + 40, 330), { fill: plate.wash('right', '#4A2D1E', '#8A5526', '#6B3F1B') }), plate.grain(box(-20, 760, width + 40, 330), 'down', '#1F120B', 0.7), rectangle(-20, 756, width + 40, 8, { fill: '#2B1A11' }),
      path('M1216 480L560 1090L1400 1090L1370 590Z', { fill: plate.wash('down', '#FFE9B0CC', '#FFE9B000'), opacity: 0.75 }), path(whole, { fill: plate.glow(0.68, 0.82, 0.3, '#FFE3A0', 0.55) }),
      placed(1030, 884, 0, book(plate, 320)), placed(1460, 890, 0, lamp(plate, palette.clay)), placed(480, 950, 0, element('ellipse', { cx: 0, cy: 34, rx: 110, ry: 22, fill: palette.night, opacity: 0.45 }), path('M-66 -90L66 -90L54 34Q0 52 -54 34Z', { fill: palette.mist }), plate.grain('M-66 -90L66 -90L54 34Q0 52 -54 34Z', 'left', palette.deep, 0.9), element('ellipse', { cx: 0, cy: -90, rx: 66, ry: 15, fill: '#3B241A' }), path('M-62 -66q-56 6 -40 54q12 26 48 18', { fill: 'none', stroke: palette.mist, 'stroke-width': 15 })),
      ...[0, 1].map((steam) => stroke([[468 + steam * 26, 830], [456 + steam * 30, 780], [478 + steam * 24, 730], [464 + steam * 30, 670]], steam, { wide: 9, fill: palette.foam, opacity: 0.35, tremble: 8 })),
    )
  },
}

const printing: Picture = {
  name: 'printing-house', seed: 37,
  draw: (plate) => {
    const roller = (x: number, y: number, r: number, colour: string, seed: number): string => {
      const d = `M${x - r} ${y}a${r} ${r} 0 1 0 ${r * 2} 0a${r} ${r} 0 1 0 ${-r * 2} 0Z`
      return circle([x + 10, y + 16], r, { fill: palette.night, opacity: 0.5 }) + path(d, { fill: colour }) + plate.grain(d, 'fall', palette.night, 0.95) + path(straight(arc(x, y, r - 16, 200, 280)), { fill: 'none', stroke: '#FFF3CF', 'stroke-width': 9, opacity: 0.55, 'stroke-linecap': 'round' }) + circle([x, y], r * 0.28, { fill: '#2B2723' }) + circle([x, y], r * 0.13, { fill: palette.straw }) + Array.from({ length: 6 }, (_, bolt) => circle([x + Math.cos(bolt * 1.047 + seed) * r * 0.55, y + Math.sin(bolt * 1.047 + seed) * r * 0.55], r * 0.045, { fill: '#2B2723' })).join('')
    }
    const web = (lift: number): Point[] => [[-40, 820 - lift], [180, 800 - lift], [340, 720 - lift], [430, 560 - lift], [520, 350 - lift], [640, 250 - lift], [800, 262 - lift], [910, 380 - lift], [980, 560 - lift], [1080, 700 - lift], [1250, 730 - lift], [1400, 640 - lift], [1500, 470 - lift], [1640, 380 - lift]]
    const band = `${curved(web(0))}L1640 520${curved([...web(-128)].reverse()).replace('M', 'L')}Z`
    const inks = [['#1E86A0', 0], ['#B23B63', 1], ['#DDAE2E', 2], [palette.ink, 3]] as const
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#3A4A45', '#25332F', '#141D1C') }), path(whole, { fill: plate.glow(0.5, -0.05, 0.75, '#F6D38B', 0.75) }), plate.grain(whole, 'down', '#0B1211', 0.8),
      ...[260, 800, 1340].map((x) => group({}, path(`M${x - 90} -20L${x + 90} -20L${x + 60} 60L${x - 60} 60Z`, { fill: '#141D1C' }), element('ellipse', { cx: x, cy: 62, rx: 58, ry: 12, fill: '#FFF3CF' }), plate.soft(20, path(`M${x - 60} 62L${x + 60} 62L${x + 330} 760L${x - 330} 760Z`, { fill: palette.glow, opacity: 0.15 })))),
      roller(250, 590, 176, '#7B8683', 1), roller(1170, 500, 196, '#848E8A', 4), path(band, { fill: plate.wash('right', '#EADFC6', '#FFF8E6', '#E3D3B0') }), plate.grain(band, 'down', '#A9834C', 0.65),
      plate.within(band, ...inks.map(([colour, index]) => path(curved(web(-26 - index * 25).map(([x, y]): Point => [x, y])), { fill: 'none', stroke: colour, 'stroke-width': 15, 'stroke-dasharray': '130 34 60 20 220 50', 'stroke-dashoffset': index * 61, opacity: 0.88 }))),
      roller(716, 520, 208, '#9AA29C', 2), roller(1440, 850, 170, '#6F7A76', 3), roller(560, 960, 190, '#5F6A67', 5), roller(60, 1010, 150, '#717C78', 6),
      path(box(840, 860, 420, 240), { fill: '#1C2725' }), plate.grain(box(840, 860, 420, 240), 'up', '#5E6A64', 0.4), ...[0, 1, 2, 3].map((dial) => circle([900 + dial * 100, 930], 30, { fill: '#0E1514' }) + circle([900 + dial * 100, 930], 22, { fill: inks[dial]?.[0] }) + stroke([[900 + dial * 100, 930], [900 + dial * 100 + 14 - dial * 9, 912]], dial, { wide: 5, fill: palette.paper, taper: 0.05 })), setLines(880, 1000, 330, 2, { every: 26, thick: 10, fill: palette.straw, seed: 5, opacity: 0.6 }),
    )
  },
}

/** A small framed picture of a river. */
function small(plate: Plate, x: number, y: number, wide: number, high: number, seed: number): string {
  const [sky, hill, waterColour] = [['#E9C98F', '#5E7F7A', '#2F7B89'], ['#C9D8D2', '#4F7350', '#6FA6AD'], ['#F0D9A8', '#8C5A3A', '#468A97'], ['#28586A', '#122B38', '#1C5668']][seed % 4] as [string, string, string] // four by four
  const hills = trembling(along([x, y + high * 0.5], [x + wide, y + high * 0.46], 12), seed, high * 0.2, 40)
  return plate.shadow(box(x - 12, y - 12, wide + 24, high + 24), 6, 12, 0.3, 7) + rectangle(x - 12, y - 12, wide + 24, high + 24, { fill: seed % 3 ? '#6B4A2C' : '#2B2723' }) + plate.within(box(x, y, wide, high), path(box(x, y, wide, high), { fill: sky }), circle([x + wide * 0.7, y + high * 0.3], high * 0.12, { fill: '#FFF3CF' }), path(`${straight(hills)}L${x + wide} ${y + high}L${x} ${y + high}Z`, { fill: hill }), path(box(x, y + high * 0.62, wide, high), { fill: waterColour }), ...[0.7, 0.8, 0.9].map((share, index) => stroke([[x + wide * (0.2 + index * 0.1), y + high * share], [x + wide * (0.6 + index * 0.1), y + high * share]], seed + index, { wide: 5, fill: '#FFF3CF', opacity: 0.6 })))
}

const museum: Picture = {
  name: 'museum', seed: 63,
  draw: (plate) => {
    const hull = curved([[230, 640], [420, 700], [800, 726], [1160, 700], [1400, 608], [1330, 742], [1180, 836], [800, 862], [440, 836], [300, 752]], true)
    const planks = [0.22, 0.44, 0.66].map((share, index) => path(curved([[250 + share * 110, 656 + share * 100], [460 + share * 20, 706 + share * 124], [800, 730 + share * 128], [1150 - share * 10, 704 + share * 124], [1380 - share * 110, 630 + share * 140]]), { fill: 'none', stroke: '#5A3319', 'stroke-width': 5, opacity: 0.8 - index * 0.1 }))
    const paintings = [[150, 150, 170, 126], [380, 130, 126, 166], [570, 160, 190, 126], [830, 130, 140, 170], [1040, 150, 190, 130], [1300, 140, 140, 160], [180, 360, 140, 110], [390, 370, 180, 120], [900, 380, 170, 110], [1140, 360, 130, 130], [1330, 374, 150, 110]].map(([x = 0, y = 0, wide = 0, high = 0], index) => small(plate, x, y, wide, high, index))
    const stand = (x: number): string => cut([[x - 70, 980], [x - 20, 830], [x + 20, 830], [x + 70, 980], [x + 40, 980], [x, 880], [x - 40, 980]], x, { fill: '#3A342C' }, 2)
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#EFE3CB', '#E2D1AF', '#D3BC8F') }), plate.grain(box(-20, -20, width + 40, 800), 'down', '#9C7B45', 0.45), ...paintings,
      path(box(-20, 770, width + 40, 330), { fill: plate.wash('down', '#A67B4A', '#7C5530') }), plate.grain(box(-20, 770, width + 40, 330), 'down', '#2F1C0E', 0.6), rectangle(-20, 762, width + 40, 14, { fill: '#F6EBD3' }), ...[-600, -300, -100, 120, 360, 640, 900, 1200].map((x, index) => stroke([[800 + (x - 300) * 0.75, 776], [800 + (x - 300) * 2.1, 1090]], index, { wide: 4, fill: '#4A2D1E', opacity: 0.5, tremble: 1, taper: 0.01 })),
      plate.soft(18, element('ellipse', { cx: 820, cy: 976, rx: 540, ry: 46, fill: palette.night, opacity: 0.55 })), stand(520), stand(1090),
      path(hull, { fill: '#B4713A' }), plate.within(hull, ...planks, plate.grain(hull, 'down', '#3F2110', 0.95), path('M200 560H1460V650Q800 760 200 650Z', { fill: '#D99A58', opacity: 0.5 })), path(curved([[230, 640], [420, 700], [800, 726], [1160, 700], [1400, 608]]), { fill: 'none', stroke: '#6B3F1B', 'stroke-width': 16, 'stroke-linecap': 'round' }), ...[480, 700, 930, 1150].map((x, index) => cut([[x - 60, 700 + (index === 0 || index === 3 ? -10 : 12)], [x + 60, 700 + (index === 0 || index === 3 ? -14 : 12)], [x + 56, 716 + (index === 0 || index === 3 ? -14 : 12)], [x - 56, 716 + (index === 0 || index === 3 ? -10 : 12)]], index, { fill: '#5A3319' }, 1)), stroke([[640, 690], [1240, 560]], 5, { wide: 15, fill: '#E0B87A', tremble: 2, taper: 0.03 }), cut([[1230, 580], [1330, 536], [1344, 560], [1240, 596]], 8, { fill: '#E0B87A' }, 2),
      group({ opacity: 0.9 }, path('M300 -40L620 -40L1100 1110L560 1110Z', { fill: '#FFF6DC', opacity: 0.2 }), path('M760 -40L900 -40L1500 1110L1260 1110Z', { fill: '#FFF6DC', opacity: 0.16 })),
    )
  },
}

const altText: Picture = {
  name: 'alt-text', seed: 77,
  draw: (plate) => {
    const frame = (inset: number): string => box(420 + inset, 150 + inset, 760 - inset * 2, 560 - inset * 2)
    const beads = [...along([446, 176], [1154, 176], 30), ...along([446, 684], [1154, 684], 30), ...along([446, 198], [446, 662], 19), ...along([1154, 198], [1154, 662], 19)].map((point) => circle(point, 7, { fill: '#F2D9A2' }))
    const bench = [cut([[560, 900], [1060, 900], [1080, 930], [540, 930]], 3, { fill: palette.ink }), ...[590, 1020].map((x) => cut([[x, 930], [x + 30, 930], [x + 34, 1030], [x - 2, 1030]], x, { fill: palette.ink }))]
    return plate.svg(
      path(whole, { fill: plate.wash('down', '#20525F', '#1C4652', '#173A45') }), path(whole, { fill: plate.glow(0.5, 0.32, 0.5, '#7FB3B5', 0.7) }), plate.grain(box(-20, -20, width + 40, 900), 'down', palette.night, 0.7), ...[120, 280, 1320, 1480].map((x) => rectangle(x, -20, 3, 860, { fill: '#173A45', opacity: 0.8 })),
      path(box(-20, 850, width + 40, 250), { fill: plate.wash('down', '#7A4F2C', '#4A2D1A') }), plate.grain(box(-20, 850, width + 40, 250), 'down', '#1F120B', 0.7), rectangle(-20, 826, width + 40, 26, { fill: '#2A6070' }),
      plate.soft(14, path('M700 -40L900 -40L1260 720L340 720Z', { fill: '#FFF3CF', opacity: 0.2 })), plate.shadow(frame(0), 16, 30, 0.55, 18), path(frame(0), { fill: plate.wash('fall', '#E9BE63', '#B9832F', '#8C5A1E') }), plate.grain(frame(0), 'fall', '#4F2F0E', 0.8), ...beads, path(frame(54), { fill: '#6B4315' }), path(frame(64), { fill: '#FBF4E2' }), plate.grain(frame(64), 'fall', palette.straw, 0.5),
      ...Array.from({ length: 6 }, (_, line) => scribble(530, 268 + line * 66, line === 5 ? 240 : 500, { tall: 13, fill: palette.ink, seed: 60 + line * 3, thick: 5 })), rectangle(744, 752, 112, 40, { fill: '#D9C79B', rx: 3 }), setLines(758, 764, 84, 2, { every: 12, thick: 5, fill: palette.ink, seed: 4 }),
      plate.soft(12, element('ellipse', { cx: 810, cy: 1034, rx: 330, ry: 24, fill: palette.night, opacity: 0.6 })), ...bench,
      circle([720, 742], 42, { fill: palette.ink }), path(curved([[664, 906], [660, 830], [690, 794], [720, 786], [752, 794], [782, 830], [780, 906]]), { fill: palette.ink }), stroke([[776, 830], [840, 892], [876, 1030]], 6, { wide: 8, fill: '#F2EAD8', tremble: 1, taper: 0.02 }),
    )
  },
}

const about: Picture = {
  name: 'about', seed: 14,
  draw: (plate) => {
    const view = box(190, 60, 1220, 600)
    const random = chance(3)
    const sky = [path(view, { fill: plate.wash('down', '#8FB6B8', '#DCDCC0', '#F2D9A2') }), below(ridge(6, { base: 372, rise: 60, scale: 330 }), { fill: '#6F948B' }), below(ridge(7, { base: 404, rise: 34, scale: 180 }), { fill: palette.pine }), path(box(190, 420, 1220, 250), { fill: plate.wash('down', '#B9C9B4', '#5E9AA0', '#2F7B89') }), ...Array.from({ length: 50 }, (_, index) => stroke([[random.between(190, 1400), 430 + index * 4.6], [random.between(190, 1400), 430 + index * 4.6]].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)).map(([x = 0, y = 0], end): Point => [end === 0 ? x : x, y]), index, { wide: 3.5, fill: palette.foam, opacity: 0.28 }))]
    const barge = group({}, cut([[560, 470], [1080, 470], [1110, 452], [1126, 452], [1090, 520], [580, 520], [548, 462]], 5, { fill: palette.ink }), cut([[600, 470], [600, 410], [690, 410], [690, 470]], 6, { fill: palette.clay }), rectangle(616, 424, 22, 22, { fill: palette.glow }), rectangle(652, 424, 22, 22, { fill: palette.glow }), ...[730, 830, 930].map((x) => cut([[x, 470], [x + 10, 438], [x + 74, 438], [x + 84, 470]], x, { fill: '#B98A5E' })), plate.soft(6, path('M570 520H1090L1050 560H620Z', { fill: palette.night, opacity: 0.5 })))
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#EAD7B0', '#DDBF88', '#C99F63') }), plate.grain(whole, 'fall', '#8A5E2C', 0.5), plate.within(view, ...sky, barge, plate.grain(view, 'up', palette.deep, 0.35)),
      ...[[170, 40, 1260, 26], [170, 652, 1260, 30], [170, 40, 26, 640], [1404, 40, 26, 640], [788, 40, 24, 640], [170, 220, 1260, 14]].map(([x = 0, y = 0, wide = 0, high = 0]) => rectangle(x, y, wide, high, { fill: '#F8F1E2' })), rectangle(140, 676, 1320, 26, { fill: '#F8F1E2' }), plate.grain(box(140, 690, 1320, 40), 'down', '#6B4A2C', 0.8),
      path(box(-20, 790, width + 40, 300), { fill: plate.wash('down', '#8F5A30', '#5F3719') }), plate.grain(box(-20, 790, width + 40, 300), 'down', '#1F120B', 0.65), rectangle(-20, 786, width + 40, 10, { fill: '#C08A52' }), path('M190 800L1100 800L1500 1100L420 1100Z', { fill: '#FFE9B0', opacity: 0.2 }),
      group({ transform: 'translate(620 880) skewX(-24) scale(1 0.52)' }, sheet(plate, 330, 300, 4), setLines(36, 50, 250, 5, { every: 34, thick: 11, fill: palette.ink, seed: 3 })), group({ transform: 'translate(860 900) skewX(-14) scale(1 0.5)' }, sheet(plate, 320, 300, 5), scribble(36, 60, 220, { tall: 14, fill: palette.ink, seed: 5 }), scribble(36, 124, 180, { tall: 14, fill: palette.river, seed: 6 })),
      placed(1370, 880, 0, lamp(plate, palette.river)), placed(360, 880, 0, ...[[0, 0, 220, palette.clay], [14, -36, 196, palette.moss], [-6, -70, 210, palette.amber], [10, -102, 180, palette.plum]].map(([x = 0, y = 0, wide = 0, colour = ''], index) => cut([[Number(x) - 110, Number(y)], [Number(x) - 110 + Number(wide), Number(y)], [Number(x) - 110 + Number(wide), Number(y) + 34], [Number(x) - 110, Number(y) + 34]], index, { fill: String(colour) }, 1.5)), path('M-40 -104C-90 -250 -60 -270 -30 -170C-24 -290 10 -320 14 -180C40 -290 90 -280 44 -104Z', { fill: palette.pine })),
    )
  },
}

/** Seen from above: a ferry at an angle, its two lines, the cable, the way it goes. */
const ferryScheme: Picture = {
  name: 'ferry-scheme', seed: 23,
  draw: (plate) => {
    const field = noise(3)
    const flow = Array.from({ length: 17 }, (_, index) => {
      const x = 150 + index * 82
      return path(curved(along([x, 40], [x, 1040], 20).map(([px, py]): Point => [px + field.fractal(px / 300, py / 300, 3) * 50, py])), { fill: 'none', stroke: palette.stream, 'stroke-width': 4, opacity: 0.5, 'stroke-dasharray': '90 40' })
    })
    const arrow = (points: readonly Point[], colour: string, wide: number): string => {
      const [before, tip] = [points.at(-2) as Point, points.at(-1) as Point] // an arrow has two points
      const turn = (Math.atan2(tip[1] - before[1], tip[0] - before[0]) * 180) / Math.PI
      return stroke(points, 4, { wide, fill: colour, taper: 0.05 }) + group({ transform: `translate(${tip[0]} ${tip[1]}) rotate(${turn})` }, path(`M${-wide * 2.2} ${-wide * 1.7}L${wide * 1.2} 0L${-wide * 2.2} ${wide * 1.7}Z`, { fill: colour }))
    }
    const bank = (side: 'left' | 'right'): string => {
      const edge = trembling(along([side === 'left' ? 110 : 1490, -20], [side === 'left' ? 120 : 1480, 1090], 40), side === 'left' ? 6 : 7, 16, 70)
      const d = `${straight(edge)}L${side === 'left' ? -20 : 1620} 1090L${side === 'left' ? -20 : 1620} -20Z`
      return path(d, { fill: palette.sand }) + plate.grain(d, side, palette.moss, 0.7) + stroke(edge, 8, { wide: 7, fill: palette.ink, taper: 0.01 })
    }
    const hull: Point[] = [[-260, -76], [240, -76], [292, 0], [240, 76], [-260, 76], [-300, 0]]
    return plate.svg(
      path(whole, { fill: '#E4EEE8' }), plate.grain(whole, 'down', palette.mist, 0.8), ...flow, bank('left'), bank('right'),
      stroke([[120, 270], [800, 252], [1480, 270]], 5, { wide: 8, fill: palette.ink, tremble: 2, taper: 0.01 }), ...[122, 1478].map((x) => circle([x, 270], 20, { fill: palette.ink })),
      stroke([[640, 256], [566, 500]], 6, { wide: 6, fill: palette.ink, taper: 0.01 }), stroke([[1010, 256], [1030, 776]], 7, { wide: 6, fill: palette.ink, taper: 0.01 }), circle([640, 256], 13, { fill: palette.paper, stroke: palette.ink, 'stroke-width': 6 }), circle([1010, 256], 13, { fill: palette.paper, stroke: palette.ink, 'stroke-width': 6 }),
      placed(800, 640, 31, plate.shadow(straight(hull, true), 14, 20, 0.35, 12), cut(hull, 9, { fill: '#B98A5E' }, 2), ...along([-230, 0], [230, 0], 11).map(([x]) => rectangle(x, -74, 3, 148, { fill: '#7A5330', opacity: 0.8 })), plate.grain(straight(hull, true), 'right', '#5A3319', 0.6), rectangle(-70, -40, 150, 80, { rx: 18, fill: palette.clay }), rectangle(-34, -32, 70, 64, { rx: 10, fill: palette.mist })),
      ...[480, 620, 760, 900, 1040].map((x, index) => arrow([[x, 60], [x + 6, 120], [x, 190 + (index % 2) * 14]], palette.river, 11)), arrow([[880, 880], [720, 886], [560, 880]], palette.clay, 20),
      path(straight(arc(800, 640, 360, 31, 90)), { fill: 'none', stroke: palette.clay, 'stroke-width': 4, 'stroke-dasharray': '14 10', opacity: 0.8 }),
    )
  },
}

const registerMarks: Picture = {
  name: 'register-marks', seed: 45,
  draw: (plate) => {
    const inks = ['#1E86A0', '#C23F6D', '#E0B430', palette.ink] as const
    const mark = (x: number, y: number, apart: number): string =>
      inks.map((colour, index) => {
        const [dx, dy] = [[0, 0], [apart, -apart * 0.6], [-apart * 0.8, apart * 0.7], [apart * 0.2, apart * 0.3]][index] as [number, number] // four inks
        return group({ transform: `translate(${x + dx} ${y + dy})`, style: 'mix-blend-mode:multiply', opacity: 0.86 }, circle([0, 0], 92, { fill: 'none', stroke: colour, 'stroke-width': 9 }), rectangle(-150, -4.5, 300, 9, { fill: colour }), rectangle(-4.5, -150, 9, 300, { fill: colour }))
      }).join('')
    const bars = inks.flatMap((colour, row) => [1, 0.75, 0.5, 0.25].map((tone, step) => rectangle(170 + row * 330 + step * 76, 800, 76, 130, { fill: colour, opacity: tone })))
    return plate.svg(
      path(whole, { fill: plate.wash('fall', '#FBF4E4', '#F0E4CB') }), plate.grain(whole, 'fall', palette.straw, 0.6), rectangle(-20, 720, width + 40, 4, { fill: palette.ink, opacity: 0.5 }),
      ...([[290, 380, 0.6], [630, 380, 0.8], [970, 380, 0.4], [1310, 380, 17]] as const).map(([x, y, apart]) => mark(x, y, apart)), ...bars, stroke(arc(1310, 380, 205, -160, 200), 6, { wide: 10, fill: palette.clay, tremble: 8, taper: 0.2 }), hatching({ x: 0, y: 960, wide: width, high: 80 }, { every: 9, degrees: 0, wide: 1.4, fill: palette.ink, seed: 8, opacity: 0.25 }), path(straight(refined([[60, 40], [60, 160]], 20)), { stroke: palette.ink, 'stroke-width': 3 }), path(straight([[20, 90], [120, 90]]), { stroke: palette.ink, 'stroke-width': 3 }),
    )
  },
}

export const rooms: readonly Picture[] = [ogonek, longReads, printing, museum, altText, about, ferryScheme, registerMarks]

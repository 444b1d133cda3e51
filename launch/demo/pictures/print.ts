/** How a drawing is printed: flat colours, grain instead of smooth shading, edges that the press left a little rough. */
import { type Attributes, type Chance, chance, element, group, height, palette, path, rectangle, width } from './ink.ts'

export type Light = 'down' | 'up' | 'left' | 'right' | 'fall' | 'rise'
const directions: Readonly<Record<Light, readonly [x1: number, y1: number, x2: number, y2: number]>> = {
  down: [0, 0, 0, 1], up: [0, 1, 0, 0], right: [0, 0, 1, 0], left: [1, 0, 0, 0], fall: [0, 0, 1, 1], rise: [0, 1, 1, 0],
}

/** One picture while it is drawn. */
export type Plate = {
  random: Chance
  /** An even wash from one colour to another, as a paint for `fill`. */
  wash: (light: Light, ...colours: readonly string[]) => string
  /** Light that falls off around a point, as a paint for `fill`; shares of the box it fills. */
  glow: (x: number, y: number, r: number, colour: string, opacity?: number) => string
  /** Grain over a shape, growing towards where the light goes. */
  grain: (d: string, light: Light, colour: string, strength?: number) => string
  /** What is drawn inside is seen only within a shape. */
  within: (d: string, ...inside: readonly string[]) => string
  /** A soft shadow of a shape. */
  shadow: (d: string, dx: number, dy: number, opacity?: number, blur?: number) => string
  /** Edges as a press leaves them. */
  rough: (...inside: readonly string[]) => string
  soft: (blur: number, ...inside: readonly string[]) => string
  svg: (...layers: readonly string[]) => string
}

export const box = (x: number, y: number, wide: number, high: number): string => `M${x} ${y}h${wide}v${high}h${-wide}Z`
export const whole = box(-20, -20, width + 40, height + 40)

export function plate(seed: number): Plate {
  const definitions: string[] = []
  let count = 0
  const define = (make: (id: string) => string): string => {
    count += 1
    const id = `d${count}`
    definitions.push(make(id))
    return id
  }
  const gradient = (light: Light, stops: readonly { colour: string; opacity: number }[]): string => {
    const [x1, y1, x2, y2] = directions[light]
    const inside = stops.map(({ colour, opacity }, index) => element('stop', { offset: stops.length === 1 ? 0 : index / (stops.length - 1), 'stop-color': colour, 'stop-opacity': opacity })).join('')
    return `url(#${define((id) => element('linearGradient', { id, x1, y1, x2, y2 }, inside))})`
  }
  const filter = (inside: string, region: Attributes = { x: '-10%', y: '-10%', width: '120%', height: '120%' }): string => `url(#${define((id) => element('filter', { id, ...region, 'color-interpolation-filters': 'sRGB' }, inside))})`
  const grainFilter = filter(
    `<feTurbulence type="fractalNoise" baseFrequency="0.42" numOctaves="2" seed="${seed}" result="n"/>` +
      '<feColorMatrix in="n" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1 0 0 0 0" result="a"/>' +
      '<feComposite in="SourceGraphic" in2="a" operator="arithmetic" k1="0" k2="5" k3="5" k4="-4.3" result="c"/><feComposite in="SourceGraphic" in2="c" operator="in"/>',
    { x: 0, y: 0, width: 1, height: 1 },
  )
  const roughFilter = filter(`<feTurbulence type="fractalNoise" baseFrequency="0.045" numOctaves="3" seed="${seed + 5}"/><feDisplacementMap in="SourceGraphic" scale="4.5" xChannelSelector="R" yChannelSelector="G"/>`)
  const blurs = new Map<number, string>()
  const blurred = (amount: number): string => {
    const known = blurs.get(amount) ?? filter(`<feGaussianBlur stdDeviation="${amount}"/>`, { x: '-40%', y: '-40%', width: '180%', height: '180%' })
    blurs.set(amount, known)
    return known
  }
  return {
    random: chance(seed),
    wash: (light, ...colours) => gradient(light, colours.map((colour) => ({ colour, opacity: 1 }))),
    glow: (x, y, r, colour, opacity = 1) =>
      `url(#${define((id) => element('radialGradient', { id, cx: x, cy: y, r }, element('stop', { offset: 0, 'stop-color': colour, 'stop-opacity': opacity }) + element('stop', { offset: 1, 'stop-color': colour, 'stop-opacity': 0 })))})`,
    grain: (d, light, colour, strength = 0.8) => path(d, { fill: gradient(light, [{ colour, opacity: 0 }, { colour, opacity: strength }]), filter: grainFilter }),
    within: (d, ...inside) => group({ 'clip-path': `url(#${define((id) => element('clipPath', { id }, path(d, {})))})` }, ...inside),
    shadow: (d, dx, dy, opacity = 0.3, blur = 14) => group({ filter: blurred(blur), opacity }, path(d, { fill: palette.ink, transform: `translate(${dx} ${dy})` })),
    rough: (...inside) => group({ filter: roughFilter }, ...inside),
    soft: (blur, ...inside) => group({ filter: blurred(blur) }, ...inside),
    svg: (...layers) =>
      element('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` }, element('defs', {}, definitions.join('')) + layers.join('') + rectangle(0, 0, 0, 0, {})),
  }
}

/** A drawing, by the name of its file. */
export type Picture = { name: string; seed: number; draw: (plate: Plate) => string }

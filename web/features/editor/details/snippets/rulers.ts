/** Rulers of the browser, one per type. */
import type { Ruler } from './widths.ts'

/** What a letter of Arial takes on average, where nothing can be measured. */
const shareOfSize = 0.5

export function createRulers(): (font: string) => Ruler {
  const canvas = document.createElement('canvas').getContext('2d')
  return (font) => {
    const size = Number.parseFloat(font)
    return (text) => {
      if (!canvas) return [...text].length * size * shareOfSize
      canvas.font = `${font}, sans-serif`
      return canvas.measureText(text).width
    }
  }
}

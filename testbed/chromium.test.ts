import { expect, it } from 'vitest'
import { findChromium, launchBrowser } from './chromium.ts'

it('the browser from npm shows a page with Polish letters, and reaches nothing but this machine', async () => {
  const browser = await launchBrowser({ npmOnly: true })
  try {
    const page = await browser.newPage()
    await page.setContent('<canvas width="60" height="60"></canvas>')
    // How many dots each sign leaves: one without a glyph leaves none, or the same box as any other.
    const inks = await page.evaluate(() => {
      const canvas = document.querySelector('canvas')?.getContext('2d', { willReadFrequently: true })
      if (!canvas) throw new Error('no canvas')
      return [...'ąćęłńóśźżŻ„”—\ue000'].map((sign) => {
        canvas.clearRect(0, 0, 60, 60)
        canvas.font = '40px sans-serif'
        canvas.fillText(sign, 5, 45)
        return canvas.getImageData(0, 0, 60, 60).data.filter((value, at) => at % 4 === 3 && value > 0).length
      })
    })
    const missing = inks.pop()
    for (const ink of inks) expect([0, missing]).not.toContain(ink)
    expect(new Set(inks).size).toBeGreaterThan(8)
    await expect(page.goto('http://example.com/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
  } finally {
    await browser.close()
  }
})

it('unpacks once, whoever asks and however many do', async () => {
  const all = await Promise.all([1, 2, 3].map(() => findChromium({ npmOnly: true })))
  expect(new Set(all.map((one) => one.executablePath)).size).toBe(1)
  expect(all[0]?.from).toBe('npm')
})

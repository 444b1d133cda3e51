/** A whole text as readers will see it, in a frame without any rights. */
import romanExt from '@fontsource-variable/newsreader/files/newsreader-latin-ext-opsz-normal.woff2?url'
import roman from '@fontsource-variable/newsreader/files/newsreader-latin-opsz-normal.woff2?url'
import italicExt from '@fontsource-variable/newsreader/files/newsreader-latin-ext-opsz-italic.woff2?url'
import italic from '@fontsource-variable/newsreader/files/newsreader-latin-opsz-italic.woff2?url'
import { useMemo } from 'react'
import { useScheme } from '../../ui/looks.ts'
import css from './page-frame.css?raw'
import { pageDocument, type PageShown } from './page-document.ts'
import { Sandbox } from './Sandbox.tsx'

const names = [
  ...['--surface', '--sunken', '--ink', '--ink-2', '--line', '--line-strong', '--river', '--serif', '--sans', '--mono'],
  ...['--river-soft', '--moss-soft', '--amber-soft', '--clay-soft', '--plum-soft'],
]
const ranges = {
  latin: 'U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212',
  ext: 'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+1E00-1E9F,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113',
}
/** The frame is a stranger to this page, and takes its faces by whole addresses. */
const faces = (
  [
    ['normal', roman, ranges.latin],
    ['normal', romanExt, ranges.ext],
    ['italic', italic, ranges.latin],
    ['italic', italicExt, ranges.ext],
  ] as const
)
  .map(
    ([style, url, range]) =>
      `@font-face{font-family:"Newsreader Variable";font-style:${style};font-weight:200 800;font-display:swap;src:url("${new URL(url, location.origin)}") format("woff2-variations");unicode-range:${range}}`,
  )
  .join('')

export function SandboxedPage({ page, language }: { page: PageShown; language: string }) {
  const scheme = useScheme()
  const source = useMemo(() => {
    const style = getComputedStyle(document.documentElement)
    const variables = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name).trim()]))
    return pageDocument(page, language, { css: faces + css, variables, scheme, origin: location.origin })
  }, [page, language, scheme])
  return <Sandbox title={page.title} language={language} source={source} />
}

/** The faces, in the words of a Polish page: each size as it is worn, with what it measures. */
import { useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../../words/words.ts'
import looks from './design.module.css'

/** Classes of the real places that wear them. */
const specimens = ['title', 'manuscript', 'section', 'body', 'small', 'code'] as const

export function Typefaces() {
  const t = useWords('design')
  return (
    <dl className={looks.specimens}>
      {specimens.map((name) => (
        <Specimen key={name} name={name} words={t(`type.${name}`)} sample={t(`sample.${name}`)} />
      ))}
    </dl>
  )
}

type Props = { name: (typeof specimens)[number]; words: string; sample: string }

function Specimen({ name, words, sample }: Props) {
  const line = useRef<HTMLElement>(null)
  const [measured, setMeasured] = useState('')
  useLayoutEffect(() => {
    if (!line.current) return
    const { fontFamily, fontSize, lineHeight, fontWeight } = getComputedStyle(line.current)
    const face = fontFamily.split(',')[0]?.replaceAll('"', '') ?? ''
    setMeasured(`${face} · ${fontWeight} · ${fontSize} / ${lineHeight}`)
  }, [])
  return (
    <div>
      <dt>
        {words}
        <small>{measured}</small>
      </dt>
      <dd ref={line} className={looks[name]}>
        {sample}
      </dd>
    </div>
  )
}

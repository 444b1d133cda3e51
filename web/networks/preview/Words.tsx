/** The words of a post, with what the network makes links of; a long text is cut where the network cuts it. */
import { useState } from 'react'
import { useWords } from '../../words/words.ts'
import { safeAddress, shownAddress } from './addresses.ts'
import { foldAt } from './folds.ts'
import { firstOf, type Segment, segmentsOf, withProtocol } from './segments.ts'
import { type PostNetwork, traits } from './traits.ts'
import looks from './preview.module.css'

type Props = { text: string; language: string; network: PostNetwork }

export function Words({ text, language, network }: Props) {
  const t = useWords('networks')
  const [isOpen, setOpen] = useState(false)
  if (text === '') return null
  const { fold } = traits[network]
  const cut = fold && foldAt(text, fold)
  const segments = segmentsOf(text, network)
  return (
    <p className={looks.words} lang={language}>
      <Pieces segments={cut === null || isOpen ? segments : firstOf(segments, cut)} network={network} />
      {cut !== null && (
        <>
          {isOpen ? ' ' : '… '}
          <button type="button" className={looks.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t(isOpen ? 'less' : network === 'linkedin' ? 'more' : 'see-more')}
          </button>
        </>
      )}
    </p>
  )
}

function Pieces({ segments, network }: { segments: readonly Segment[]; network: PostNetwork }) {
  return segments.map(({ kind, text }, index) => {
    if (kind === 'words') return text
    const address = kind === 'link' ? safeAddress(withProtocol(text)) : null
    return address === null ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, never reordered
      <span key={index} className={looks.linked}>
        {text}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, never reordered
      <a key={index} href={address} title={text} target="_blank" rel="noopener noreferrer" className={looks.linked}>
        {shownAddress(text, network)}
      </a>
    )
  })
}

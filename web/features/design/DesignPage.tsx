/** How Floowe looks, shown with its own tokens and pieces: type, colour, space, motion, densities, states. */
import { Page, Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { Colours } from './Colours.tsx'
import { Corners, Densities, Motion } from './Measures.tsx'
import { Pieces } from './Pieces.tsx'
import { Statuses } from './Statuses.tsx'
import { Typefaces } from './Typefaces.tsx'
import looks from './design.module.css'
import type { Scheme } from './tokens.ts'

const schemes: readonly Scheme[] = ['light', 'dark']

export function DesignPage() {
  const t = useWords('design')
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Section title={t('type')} lead={t('type.lead')}>
        <Typefaces />
      </Section>
      <Section title={t('colour')} lead={t('colour.lead')}>
        <div className={looks.pair}>
          {schemes.map((scheme) => (
            <Colours key={scheme} scheme={scheme} />
          ))}
        </div>
      </Section>
      <Section title={t('space')} lead={t('space.lead')}>
        <Densities />
        <Corners />
      </Section>
      <Section title={t('motion')} lead={t('motion.lead')}>
        <Motion />
      </Section>
      <Section title={t('statuses')} lead={t('statuses.lead')}>
        <Statuses />
      </Section>
      <Section title={t('pieces')} lead={t('pieces.lead')}>
        <div className={looks.pair} id="pieces">
          {schemes.map((scheme) => (
            <Pieces key={scheme} scheme={scheme} />
          ))}
        </div>
      </Section>
    </Page>
  )
}

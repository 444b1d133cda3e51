/** Space, corners and time, as the tokens have them; both densities beside each other. */
import { IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import looks from './design.module.css'
import { type Density, rulesHere, tokensOf } from './tokens.ts'
import { useScheme } from '../../ui/looks.ts'
import { Worn } from './Worn.tsx'

const sizes = ['control', 'control-small', 'row', 'gap', 'page-x', 'bar'] as const
const corners = ['radius', 'radius-card', 'radius-entry'] as const

export function Densities() {
  const t = useWords('design')
  const scheme = useScheme()
  return (
    <div className={looks.pair}>
      {(['comfortable', 'compact'] as const).map((density: Density) => {
        const tokens = tokensOf(rulesHere(), scheme, density)
        return (
          <Worn key={density} scheme={scheme} density={density} label={t(`density.${density}`)}>
            <dl className={looks.measures}>
              {sizes.map((name) => (
                <div key={name}>
                  <dt>
                    <code>--{name}</code>
                  </dt>
                  <dd>
                    <span className={looks.bar} style={{ width: `var(--${name})` }} />
                    {tokens[`--${name}`]}
                  </dd>
                </div>
              ))}
            </dl>
            <div className={looks.row}>
              <Button tone="primary">{t('button.primary')}</Button>
              <Button size="small">{t('button.plain')}</Button>
            </div>
            <TextField label={t('field')} defaultValue={t('sample.section')} />
          </Worn>
        )
      })}
    </div>
  )
}

export function Corners() {
  const tokens = tokensOf(rulesHere(), 'light', 'comfortable')
  return (
    <ul className={looks.corners}>
      {corners.map((name) => (
        <li key={name}>
          <span style={{ borderRadius: `var(--${name})` }} />
          <code>--{name}</code> {tokens[`--${name}`]}
        </li>
      ))}
    </ul>
  )
}

export function Motion() {
  const t = useWords('design')
  const tokens = tokensOf(rulesHere(), 'light', 'comfortable')
  const [isThere, setThere] = useState(false)
  return (
    <>
      <p>
        <code>--motion</code> {tokens['--motion']}
      </p>
      <div className={looks.track} data-there={isThere || undefined}>
        <span />
      </div>
      <Button icon={<IconPlayerPlay />} onClick={() => setThere(!isThere)}>
        {t('motion.play')}
      </Button>
    </>
  )
}

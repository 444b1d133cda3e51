/** Every colour in both schemes, with how well text is read in it or on it, measured as one looks. */
import { contrast } from '../../ui/contrast.ts'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './design.module.css'
import { rulesHere, type Scheme, type Tokens, tokensOf } from './tokens.ts'
import { Worn } from './Worn.tsx'

const grounds = ['paper', 'surface', 'sunken'] as const
const inks = ['ink', 'ink-2', 'ink-3'] as const
const accents = ['river', 'moss', 'amber', 'clay', 'plum'] as const
const lines = ['line', 'line-strong'] as const

export function Colours({ scheme }: { scheme: Scheme }) {
  const t = useWords('design')
  const tokens = tokensOf(rulesHere(), scheme, 'comfortable')
  return (
    <Worn scheme={scheme} label={t(`scheme.${scheme}`)}>
      <ul className={looks.swatches}>
        {[...grounds, ...lines].map((name) => (
          <li key={name}>
            <span className={looks.swatch} style={{ background: `var(--${name})` }} />
            <Name name={name} tokens={tokens} />
            <small>{t(`for.${name}`)}</small>
          </li>
        ))}
        {inks.map((name) => (
          <Text key={name} name={name} on={[...grounds]} tokens={tokens} />
        ))}
        {accents.map((name) => (
          <Text key={name} name={name} on={[...grounds, `${name}-soft`]} tokens={tokens} />
        ))}
      </ul>
    </Worn>
  )
}

const Name = ({ name, tokens }: { name: string; tokens: Tokens }) => (
  <span>
    <code>--{name}</code> <code>{tokens[`--${name}`]}</code>
  </span>
)

type TextProps = { name: (typeof inks)[number] | (typeof accents)[number]; on: string[]; tokens: Tokens }

function Text({ name, on, tokens }: TextProps) {
  const t = useWords('design')
  const formats = useFormats()
  return (
    <li>
      <span className={looks.swatch} style={{ background: `var(--${name})` }} />
      <Name name={name} tokens={tokens} />
      <small>{t(`for.${name}`)}</small>
      <span className={looks.onGrounds}>
        {on.map((ground) => {
          const measured = contrast(tokens[`--${name}`] ?? '', tokens[`--${ground}`] ?? '')
          return (
            <span key={ground} style={{ background: `var(--${ground})`, color: `var(--${name})` }}>
              {t('contrast', { on: ground, ratio: formats.number(Math.floor(measured * 10) / 10) })}
            </span>
          )
        })}
      </span>
    </li>
  )
}

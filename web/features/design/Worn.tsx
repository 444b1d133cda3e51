/** A piece of the page in one scheme and density, whatever the page itself wears. */
import type { ReactNode } from 'react'
import looks from './design.module.css'
import { type Density, rulesHere, type Scheme, tokensOf, worn } from './tokens.ts'

type Props = { scheme: Scheme; density?: Density; label?: string; children: ReactNode }

export function Worn({ scheme, density = 'comfortable', label, children }: Props) {
  return (
    <div className={looks.worn} data-scheme={scheme} style={worn(tokensOf(rulesHere(), scheme, density), scheme)}>
      {label && <p className={looks.wornLabel}>{label}</p>}
      {children}
    </div>
  )
}

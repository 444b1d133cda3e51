/** Small ink drawings with the river running through each of them. Decoration: never read aloud. */
import type { ReactNode } from 'react'
import looks from './EmptyState.module.css'

const river = looks.river
const wash = looks.wash
const sheet = looks.sheet
const faint = looks.faint

const drawings = {
  /** A desk with a sheet and a pen: nothing written yet. */
  desk: (
    <>
      <ellipse className={wash} cx="88" cy="92" rx="72" ry="26" />
      <path d="M18 96h140" />
      <path d="M30 96v26M146 96v26" />
      <path className={sheet} d="M58 94 70 42l50 4-8 48z" />
      <path className={faint} d="m77 56 31 2.500M75 66l31 2.500M73 76l18 1.400" />
      <path className={river} d="M72 88c8-5 14 4 22 0s10-3 14-1" />
      <path d="m132 44-16 34-1 8 6-5 16-33c1.500-3-3.600-6.600-5-4Z" className={sheet} />
      <path d="M36 94V76c0-3 12-3 12 0v18" className={sheet} />
      <path className={faint} d="M42 74c-6-6-7-14-2-20M42 74c0-9 4-14 10-15" />
    </>
  ),
  /** A month with one day that the river reaches. */
  calendar: (
    <>
      <ellipse className={wash} cx="92" cy="100" rx="68" ry="20" />
      <path className={sheet} d="M40 30h98a6 6 0 0 1 6 6v70a6 6 0 0 1-6 6H46a6 6 0 0 1-6-6z" />
      <path d="M40 48h104M60 22v14M92 22v14M124 22v14" />
      <path className={faint} d="M66 48v64M92 48v64M118 48v64M40 69h104M40 90h104" />
      <path className={river} d="M14 84c10-7 18-7 28 0s18 7 28 0 18-7 28 0" />
      <circle className={river} cx="105" cy="80" r="6" />
    </>
  ),
  /** An envelope that set off on the water. */
  envelope: (
    <>
      <ellipse className={wash} cx="88" cy="100" rx="74" ry="20" />
      <path className={sheet} d="m44 52 82-14 10 48-84 14z" />
      <path d="m44 52 50 22 32-36M52 100l30-30M136 86l-36-17" />
      <path className={river} d="M10 104c11-8 20-8 31 0s20 8 31 0 20-8 31 0 20 8 31 0 20-8 31 0" />
      <path className={faint} d="M30 118c9-5 16-5 25 0M100 118c9-5 16-5 25 0" />
      <path className={faint} d="M20 60h14M14 70h14M24 80h12" />
    </>
  ),
  /** A folded map with the river across its panels: results, sites, roads. */
  map: (
    <>
      <ellipse className={wash} cx="90" cy="104" rx="70" ry="18" />
      <path className={sheet} d="m28 40 38-12v72l-38 12zM66 28l42 12v72l-42-12zM108 40l40-12v72l-40 12z" />
      <path className={river} d="M28 88c14 2 20-10 38-12s24 14 42 6 20-24 40-24" />
      <path className={faint} d="m38 56 14-4M80 48l14 4M120 58l14-5M78 88l10 3" />
      <circle cx="84" cy="66" r="3.500" />
      <path d="M128 84c-5-7-7-10-7-13a7 7 0 0 1 14 0c0 3-2 6-7 13Z" className={sheet} />
    </>
  ),
  /** A camera on a strap: pictures to come. */
  camera: (
    <>
      <ellipse className={wash} cx="90" cy="102" rx="68" ry="18" />
      <path
        className={sheet}
        d="M36 50h24l8-12h40l8 12h24a6 6 0 0 1 6 6v44a6 6 0 0 1-6 6H36a6 6 0 0 1-6-6V56a6 6 0 0 1 6-6Z"
      />
      <circle cx="88" cy="76" r="22" />
      <circle className={faint} cx="88" cy="76" r="16" />
      <path className={river} d="M74 80c5-4 9-4 14 0s9 4 14 0" />
      <path d="M122 60h12M42 44h10" />
      <path className={faint} d="M30 58C14 50 12 30 26 20M146 58c16-8 18-28 4-38" />
    </>
  ),
  /** An in-tray by the water: things arrive here. */
  inbox: (
    <>
      <ellipse className={wash} cx="88" cy="106" rx="72" ry="16" />
      <path className={sheet} d="M34 74 50 44h76l16 30v32a4 4 0 0 1-4 4H38a4 4 0 0 1-4-4z" />
      <path d="M34 74h32l6 12h32l6-12h32" />
      <path className={sheet} d="M62 62V22h44l10 10v30" />
      <path d="M106 22v10h10" />
      <path className={faint} d="M72 36h20M72 46h32" />
      <path className={river} d="M70 57c5-4 9-4 14 0s9 4 14 0 7-3 10-2" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type DrawingName = keyof typeof drawings

export function Drawing({ name }: { name: DrawingName }) {
  return (
    <svg className={looks.drawing} viewBox="0 0 176 132" aria-hidden="true">
      {drawings[name]}
    </svg>
  )
}

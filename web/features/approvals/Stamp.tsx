/** A stamp over a sheet, by the river: it is agreed. */
import looks from './approvals.module.css'

export function Stamp() {
  return (
    <svg className={looks.stamp} viewBox="0 0 176 132" aria-hidden="true">
      <ellipse className={looks.wash} cx="88" cy="106" rx="72" ry="16" />
      <path className={looks.sheet} d="m34 66 66-16 30 40-66 18z" />
      <path className={looks.thin} d="m52 72 34-8M58 80l28-7M64 88l16-4" />
      <path className={looks.river} d="M92 86c5-5 9-6 14-3s9 2 13-2" />
      <path className={looks.sheet} d="m97 58 34-9 6 9-34 10z" />
      <path className={looks.sheet} d="m106 56 3-14c-6-3-8-9-5-15 4-8 15-9 19-1 3 5 1 11-4 14l1 12z" />
      <path className={looks.thin} d="M30 40c6-4 10-4 16 0M140 30c5-4 9-4 14 0M20 86h8" />
    </svg>
  )
}

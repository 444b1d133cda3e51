/** The two waves of Floowe. */
export function Waves({ size = 22 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="var(--river)"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2 8.500c3.300-3 6.700-3 10 0s6.700 3 10 0" />
      <path d="M2 15.500c3.300-3 6.700-3 10 0s6.700 3 10 0" />
    </svg>
  )
}

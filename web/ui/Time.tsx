/** A moment, in the person's zone; says the zone when it is another one. */
import { useFormats } from './formats.ts'
import { useSurroundings } from './surroundings.tsx'

type TimeProps = {
  /** ISO instant. */
  at: string
  as?: 'dateTime' | 'date' | 'shortDate' | 'time' | 'ago'
  /** Show in this zone instead of the person's. */
  zone?: string | null
}

export function Time({ at, as = 'dateTime', zone }: TimeProps) {
  const formats = useFormats()
  const { zone: own } = useSurroundings()
  const inZone = zone ?? own
  const text = as === 'ago' ? formats.ago(at) : formats[as](at, inZone)
  return (
    <time dateTime={at} title={`${formats.dateTime(at, inZone)} (${inZone})`}>
      {text}
      {inZone !== own && as !== 'ago' ? ` ${inZone}` : ''}
    </time>
  )
}

/** What is shown, as a file for a spreadsheet. */
import type { CalendarFilters } from '@floowe/contracts/calendar'
import { client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useSurroundings } from '../../ui/surroundings.tsx'

const pagesMax = 100

export function useExport(input: { from: string; to: string; zone: string } & CalendarFilters): () => void {
  const { locale } = useSurroundings()
  const tell = useRefusalToast()
  const collect = async (): Promise<void> => {
    const parts: string[] = []
    let after: string | undefined
    for (let page = 0; page < pagesMax; page++) {
      const { csv, next } = await client.publishing.exportCalendar({ ...input, locale, ...(after && { after }) })
      parts.push(csv)
      if (!next) break
      after = next
    }
    save(parts, `floowe-${input.from}-${input.to}.csv`)
  }
  return () => void collect().catch(tell)
}

function save(parts: string[], name: string): void {
  const address = URL.createObjectURL(new Blob(parts, { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

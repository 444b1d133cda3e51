/** How far an edition is with the checklist of its workspace; ticked at once, and taken back when the server refuses. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CheckedItem } from '@floowe/contracts/checklists'
import { api, client } from '../api/client.ts'
import { useRefusalToast } from '../api/refusal-words.ts'

export function useChecklist(editionId: string): {
  /** Undefined as long as it is not known. */
  items: readonly CheckedItem[] | undefined
  tick: (itemId: string, isDone: boolean) => void
} {
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const options = api.content.getEditionChecklist.queryOptions({ input: { id: editionId } })
  const { data } = useQuery(options)
  /** Said here and not answered yet: whatever comes in meanwhile is older. */
  const [said, setSaid] = useState<Readonly<Record<string, boolean>>>({})
  const tick = async (itemId: string, isDone: boolean): Promise<void> => {
    setSaid((others) => ({ ...others, [itemId]: isDone }))
    try {
      const answer = await client.content.tickChecklistItem({ id: editionId, itemId, isDone })
      await queries.cancelQueries({ queryKey: options.queryKey })
      queries.setQueryData(options.queryKey, answer)
    } catch (error) {
      tell(error)
    } finally {
      // said again meanwhile, it is still not answered
      setSaid(({ [itemId]: last, ...others }) => (last === isDone ? others : { ...others, [itemId]: last ?? isDone }))
    }
  }
  const items = data?.items.map((one) => ({ ...one, isDone: said[one.id] ?? one.isDone }))
  return { items, tick: (itemId, isDone) => void tick(itemId, isDone) }
}

export const isBlocking = ({ isDone, severity }: CheckedItem): boolean => !isDone && severity === 'blocks'

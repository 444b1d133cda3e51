/** Names of people by id, as far as this page knows them. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../../../api/client.ts'
import { useMe } from '../../../api/me.ts'
import type { Desk } from '../writing/desk.ts'
import { usePeers } from '../writing/use-desk.ts'

/** @returns null for somebody whom nobody here knows. */
export function useNames(desk: Desk): (person: string | null) => string | null {
  const { person: me } = useMe()
  const peers = usePeers(desk)
  const { data } = useQuery({
    ...api.content.describeWriters.queryOptions({ input: { id: desk.edition.id } }),
    meta: { live: false },
    staleTime: 30_000,
  })
  return useMemo(() => {
    const names = new Map<string, string>([[me.id, me.name]])
    for (const { by, byName } of data?.writers ?? []) if (byName) names.set(by, byName)
    for (const { person } of peers) names.set(person.id, person.name)
    return (person) => (person === null ? null : (names.get(person) ?? null))
  }, [me, peers, data])
}

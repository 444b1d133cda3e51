/** Who is signed in, in which workspace, and what they may do. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import type { Me } from '@floowe/contracts/identity'
import type { Permission } from '@floowe/contracts/vocabulary'
import { api } from './client.ts'

export const meOptions = () => queryOptions({ ...api.identity.me.queryOptions(), staleTime: 5 * 60_000 })

export type MeHere = Me & { workspace: NonNullable<Me['workspace']>; role: NonNullable<Me['role']> }

/** Only inside the shell, whose route has loaded it. */
export function useMe(): MeHere {
  const { data } = useSuspenseQuery(meOptions())
  if (!data.workspace || !data.role) throw new Error('the shell shows no page without a workspace')
  return { ...data, workspace: data.workspace, role: data.role }
}

/** May this person do it? Pages hide what they may not do; the server decides. */
export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission)
}

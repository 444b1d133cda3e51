/** The places that this person has in this workspace; approvals only where they are of use, with how many wait for the person. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { approvalsPlace, type Place, places } from './places.ts'

export type PlaceHere = Place & { waiting: number }

export function usePlaces(): PlaceHere[] {
  const { permissions } = useMe()
  const mayLook = permissions.includes(approvalsPlace.needs)
  const { data: policy } = useQuery({ ...api.publishing.getApprovalPolicy.queryOptions(), enabled: mayLook })
  const { data: mine } = useQuery({
    ...api.publishing.listApprovals.queryOptions({ input: { mine: true, limit: 1 } }),
    enabled: mayLook,
  })
  // where nobody is asked any more, what was asked is still to be found
  const { data: all } = useQuery({
    ...api.publishing.listApprovals.queryOptions({ input: { limit: 1 } }),
    enabled: mayLook && policy?.mode === 'none',
  })
  const isUsed = (policy !== undefined && policy.mode !== 'none') || (all?.total ?? 0) > 0
  return places
    .filter((place) => permissions.includes(place.needs) && (place !== approvalsPlace || isUsed))
    .map((place) => ({ ...place, waiting: place === approvalsPlace ? (mine?.total ?? 0) : 0 }))
}

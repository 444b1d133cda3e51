/** The zone in which a workspace plans unless a channel or a plan names another. */
import { type Cache, type Calls, found } from '@floowe/platform'

const keptMs = 60_000

export async function workspaceZone(
  { call, cache }: { call: Calls; cache: Cache },
  workspaceId: string,
): Promise<string> {
  const key = `publishing:zone:${workspaceId}`
  const known = await cache.get<string>(key)
  if (known !== undefined) return known
  const workspace = await call.identity.getWorkspace({ workspace: workspaceId }, { workspaceId })
  const { zone } = found(workspace, 'workspace')
  await cache.set(key, zone, { ttlMs: keptMs })
  return zone
}
export const forgetZone = ({ cache }: { cache: Cache }, workspaceId: string): Promise<unknown> =>
  cache.delete(`publishing:zone:${workspaceId}`)

/** The operations that the front door routes: method and path → service and what it needs. Made from the contracts. */
import { contracts, type ServiceName } from '@floowe/contracts/index'
import type { OperationMeta } from '@floowe/contracts/operation'

export type FrontOperation = { service: ServiceName; name: string; method: string; path: string; meta: OperationMeta }

type Declared = { '~orpc': { meta: OperationMeta; route: { method?: string; path?: string } } }

export function frontOperations(): FrontOperation[] {
  const found: FrontOperation[] = []
  for (const [service, operations] of Object.entries(contracts)) {
    for (const [name, operation] of Object.entries(operations as Record<string, Declared>)) {
      const { meta, route } = operation['~orpc']
      if (meta.inner || !route.method || !route.path) continue
      found.push({ service: service as ServiceName, name, method: route.method, path: route.path, meta })
    }
  }
  return found
}

/** `/articles/{id}` → `/articles/:id`, as the HTTP server writes it. */
export const routePattern = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

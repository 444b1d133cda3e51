import type { Role } from '@floowe/contracts/identity'

/** From most to least; `permissionsOf` in the contracts says what each may do. */
export const roles = ['owner', 'admin', 'editor', 'author', 'viewer'] as const satisfies readonly Role[]

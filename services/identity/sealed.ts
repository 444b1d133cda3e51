/** What identity keeps that depends on the secret of the installation. */
import type { Sealed } from '@floowe/platform'
import { chainPurpose, headContext } from './audit-chain.ts'
import { webhookContext } from './notifications/webhooks.ts'
import { signingKeyContext } from './signing-keys.ts'

const notificationWebhook = {
  table: 'notification_webhooks',
  key: ['workspace_id', 'user_id'],
  context: ({ workspace_id = '', user_id = '' }) => webhookContext({ workspaceId: workspace_id, userId: user_id }),
} satisfies Partial<Sealed['places'][number]>

export const sealed: Sealed = {
  places: [
    {
      table: 'signing_keys',
      column: 'sealed_private_key',
      key: ['id'],
      context: ({ id = '' }) => signingKeyContext(id),
    },
    {
      table: 'audit_heads',
      column: 'seal',
      key: ['workspace_id'],
      context: ({ workspace_id = '' }) => headContext(workspace_id),
      isProof: true,
    },
    { ...notificationWebhook, column: 'sealed_secret' },
    { ...notificationWebhook, column: 'sealed_old_secret' },
  ],
  checkedWith: [chainPurpose],
}

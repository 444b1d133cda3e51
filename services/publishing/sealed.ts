/** What publishing keeps that depends on the secret of the installation. */
import type { Sealed } from '@floowe/platform'
import { contextOf } from './accounts.ts'
import { addressPurpose, bouncePurpose, linkPurpose } from './newsletter/links.ts'

const channel = {
  table: 'channels',
  key: ['workspace_id', 'id'],
  context: ({ id = '' }) => contextOf(id),
} satisfies Partial<Sealed['places'][number]>
const connection = {
  table: 'connections',
  key: ['workspace_id', 'id'],
  context: ({ id = '' }) => `publishing.connection:${id}`,
} satisfies Partial<Sealed['places'][number]>

export const sealed: Sealed = {
  places: [
    { ...channel, column: 'secret_sealed' },
    { ...channel, column: 'old_secret_sealed' },
    { ...connection, column: 'verifier_sealed' },
    { ...connection, column: 'granted_sealed' },
  ],
  // Signatures of approvals; what stands in letters that are years old, and addresses that were erased.
  checkedWith: ['approvals', linkPurpose, addressPurpose, bouncePurpose],
}

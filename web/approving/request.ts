import type { Approval, ApprovalWindow } from '@floowe/contracts/approvals'
import type { Delivery } from '@floowe/contracts/publishing'
import { client } from '../api/client.ts'
import type { Asking } from './AskFields.tsx'

/** @param window left out: the day that it is planned for */
export const requestApproval = (
  deliveryId: Delivery['id'],
  { message, approverIds }: Asking,
  window?: ApprovalWindow | null,
): Promise<Approval> =>
  client.publishing.requestApproval({
    deliveryId,
    message,
    approverIds: [...approverIds],
    ...(window && { window }),
  })

/** The operations on approvals, as the contract names them. */
import type { Approval } from '@floowe/contracts/approvals'
import type { Contracts } from '@floowe/contracts/index'
import { type Api, type Cache, type Call, found, isUniqueViolation, refuse } from '@floowe/platform'
import { namesFor } from '../answers.ts'
import { causeOf } from '../news.ts'
import { decideByLink, open } from './by-link.ts'
import { tellApproverAdded, tellApproverRemoved, tellPolicy } from './news.ts'
import { payloadsOf } from './payloads.ts'
import { type ApprovalParts, decide, type Decider, notBecause, request, withdraw } from './requests.ts'
import * as rows from './store.ts'

type Operations = Pick<
  Api<Contracts['publishing']>,
  | 'getApprovalPolicy'
  | 'updateApprovalPolicy'
  | 'listApprovers'
  | 'addApprover'
  | 'removeApprover'
  | 'requestApproval'
  | 'withdrawApproval'
  | 'decideApproval'
  | 'listApprovals'
  | 'getApproval'
  | 'openApprovalLink'
  | 'decideByLink'
>
type Parts = ApprovalParts & { cache: Cache; wake: () => void }

const approversMax = 200
/** Those that wait for somebody are few; looked through for the caller's own. */
const openMax = 1_000

export const createApprovalOperations = (parts: Parts): Operations => ({
  ...policyOperations(parts),
  ...requestOperations(parts),
  ...readOperations(parts),
})

function policyOperations(
  parts: Parts,
): Pick<Operations, 'getApprovalPolicy' | 'updateApprovalPolicy' | 'listApprovers' | 'addApprover' | 'removeApprover'> {
  const { db, clock, ids } = parts
  return {
    getApprovalPolicy: (_, call) => rows.readPolicy(db, call.workspaceId),
    updateApprovalPolicy: async (policy, call) => {
      if (policy.mode === 'steps' && policy.steps.length === 0) refuse('steps-missing')
      const known = new Set((await rows.listApprovers(db, call.workspaceId)).map(({ id }) => id))
      if (policy.steps.some(({ approverIds }) => approverIds.some((id) => !known.has(id)))) refuse('unknown-approver')
      await db.transaction(async (tx) => {
        await rows.writePolicy(tx, call.workspaceId, policy)
        await rows.regate(tx, call.workspaceId, policy.mode, clock.instant(), null)
        await tellPolicy(tx, causeOf(call), policy)
      })
      parts.wake()
      return policy
    },
    listApprovers: async (_, call) => (await rows.listApprovers(db, call.workspaceId)).map(approverAnswer),
    addApprover: async (input, call) => {
      if ((await rows.listApprovers(db, call.workspaceId)).length >= approversMax)
        refuse('too-many-approvers', { max: approversMax })
      const row = { ...input, id: ids.next<string>(), createdAt: clock.instant(), createdBy: call.caller.actor }
      try {
        await db.transaction(async (tx) => {
          await rows.insertApprover(tx, call.workspaceId, row)
          await tellApproverAdded(tx, causeOf(call), row)
        })
      } catch (error) {
        if (isUniqueViolation(error, 'approvers_email')) refuse('email-taken')
        throw error
      }
      const { createdBy: _, ...answer } = row
      return answer
    },
    removeApprover: async ({ id }, call) => {
      await db.transaction(async (tx) => {
        const isGone = await rows.removeApprover(tx, call.workspaceId, id, clock.instant())
        if (!isGone) refuse('not-found', { what: 'approver' })
        await tellApproverRemoved(tx, causeOf(call), id)
      })
      return {}
    },
  }
}

const approverAnswer = ({ createdAt, ...row }: rows.ApproverRow) => ({ ...row, createdAt: createdAt.toISOString() })

function requestOperations(
  parts: Parts,
): Pick<Operations, 'requestApproval' | 'withdrawApproval' | 'decideApproval' | 'openApprovalLink' | 'decideByLink'> {
  return {
    requestApproval: async (input, call) => {
      const id = await request(parts, call, input)
      return answer(parts, call, id)
    },
    withdrawApproval: async ({ id }, call) => {
      await withdraw(parts, call, id)
      parts.wake()
      return answer(parts, call, id)
    },
    decideApproval: async ({ id, ...verdict }, call) => {
      await decide(parts, call, id, await deciderOf(parts, call), verdict)
      parts.wake()
      return answer(parts, call, id)
    },
    openApprovalLink: ({ token }) => open(parts, token),
    decideByLink: async (input, call) => {
      const state = await decideByLink(parts, call, input)
      parts.wake()
      return { state }
    },
  }
}

function readOperations(parts: Parts): Pick<Operations, 'listApprovals' | 'getApproval'> {
  const { db } = parts
  return {
    listApprovals: async ({ mine, limit, offset, ...filter }, call) => {
      if (!mine) {
        const { items, total } = await rows.listApprovals(db, call.workspaceId, filter, limit, offset)
        return { items: await answers(parts, call, items), total }
      }
      const { items } = await rows.listApprovals(db, call.workspaceId, { ...filter, state: 'open' }, openMax, 0)
      const own = (await answers(parts, call, items)).filter(({ mayDecide }) => mayDecide)
      return { items: own.slice(offset, offset + limit), total: own.length }
    },
    getApproval: async ({ id }, call) => {
      const row = found(await rows.getApproval(db, call.workspaceId, id), 'approval')
      const [shown] = await answers(parts, call, [row])
      return { ...found(shown, 'approval'), ...(await payloadsOf(parts, call.workspaceId, row)) }
    },
  }
}

/** Keys and services ask for approvals, and never give one. */
async function deciderOf({ call: calls }: Parts, call: Call): Promise<Decider> {
  const { kind, actor } = call.caller
  if (kind !== 'person' && kind !== 'local') return { actor, name: null, role: null, isPerson: false }
  const { person, role } = await calls.identity.me(undefined, { caller: call.caller, requestId: call.requestId })
  return { actor, name: person.name, role, isPerson: true }
}

async function answer(parts: Parts, call: Call, id: string): Promise<Approval> {
  const [shown] = await answers(parts, call, [
    found(await rows.getApproval(parts.db, call.workspaceId, id), 'approval'),
  ])
  return found(shown, 'approval')
}

async function answers(parts: Parts, call: Call, found: readonly rows.ApprovalRow[]): Promise<Approval[]> {
  const { db } = parts
  const decider = await deciderOf(parts, call)
  const decisions = await rows.decisionsOf(
    db,
    call.workspaceId,
    found.map(({ id }) => id),
  )
  const asked = found.map(({ requestedBy }) => ({ createdBy: requestedBy }))
  const names = await namesFor(parts, call, asked)
  return found.map((row) => {
    const own = decisions.filter(({ approvalId }) => approvalId === row.id)
    const because = notBecause(row, decider, own)
    return {
      ...approvalAnswer(row, own, names.get(row.requestedBy) ?? null),
      mayDecide: because === null,
      mayNotDecideBecause: because,
    }
  })
}

const approvalAnswer = (
  row: rows.ApprovalRow,
  decisions: readonly rows.DecisionRow[],
  requestedByName: string | null,
) => {
  const { id, state, deliveryId, articleId, editionId, channelId, channelName, network, title } = row
  return {
    ...{ id, state, deliveryId, articleId, editionId, channelId, channelName, network, title },
    ...{ channelAccount: row.channelAccount, language: row.language, hash: row.hash },
    window: { from: row.windowFrom.toISOString(), until: row.windowUntil.toISOString() },
    dueAt: row.dueAt.toISOString(),
    message: row.message,
    steps: row.steps,
    step: row.step,
    decisions: decisions.map(({ step, decision, by, byName, comment, at }) => ({
      ...{ step, decision, by, byName, comment },
      isApprover: by.startsWith('approver:'),
      at: at.toISOString(),
    })),
    requestedAt: row.requestedAt.toISOString(),
    requestedBy: row.requestedBy,
    requestedByName,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    voidReason: row.voidReason,
  }
}

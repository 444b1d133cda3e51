/**
 * Approvals: who must agree before something goes out, and to what exactly. An approval is of the payload of one edition on one
 * channel, within a span of time; it holds for these bytes and no others.
 */
import { z } from 'zod'
import { Role } from './identity.ts'
import { Network, Post } from './networks.ts'
import { ClientThread } from './writing.ts'
import { operation } from './operation.ts'
import {
  ApprovalId,
  ApproverId,
  ArticleId,
  ChannelId,
  cleanText,
  DeliveryId,
  EditionId,
  Instant,
  Language,
  line,
  Locale,
  MediaId,
  pageOf,
  Paging,
  UserId,
} from './vocabulary.ts'

/**
 * `none`: nobody is asked. `optional`: may be asked for, and then what waits for an answer does not go out. `required`: nothing goes out
 * without one. `steps`: nothing goes out before every step has agreed, in their order.
 */
export const ApprovalMode = z.enum(['none', 'optional', 'required', 'steps'])
export type ApprovalMode = z.infer<typeof ApprovalMode>

/** One of these is enough for a step. No one decides on what they planned or asked for themselves. */
export const ApprovalStep = z.object({
  name: line(60, 0),
  roles: z.array(Role).max(5),
  userIds: z.array(UserId).max(50),
  /** People without an account; a link is mailed to them when the step begins. */
  approverIds: z.array(ApproverId).max(20),
})
export type ApprovalStep = z.infer<typeof ApprovalStep>

export const ApprovalPolicy = z.object({
  mode: ApprovalMode,
  /** Of the mode `steps`; the others ask whoever may approve, and whom the request names. */
  steps: z.array(ApprovalStep).max(5),
})
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>

/** A client or lawyer who decides by a link, without an account. Only an owner registers them. */
export const Approver = z.object({
  id: ApproverId,
  name: z.string(),
  email: z.string(),
  locale: Locale,
  createdAt: Instant,
})
export type Approver = z.infer<typeof Approver>

/** `void`: what was asked about has changed since. `withdrawn`: whoever asked no longer does. */
export const ApprovalState = z.enum(['open', 'approved', 'changes-requested', 'void', 'withdrawn'])
export type ApprovalState = z.infer<typeof ApprovalState>

/** When it may go out: the first request leaves in this span, both ends included. */
export const ApprovalWindow = z.object({ from: Instant, until: Instant })
export type ApprovalWindow = z.infer<typeof ApprovalWindow>

const Verdict = z.enum(['approved', 'changes-requested'])

export const Decision = z.object({
  step: z.number().int(),
  decision: Verdict,
  by: z.string(),
  byName: z.string().nullable(),
  isApprover: z.boolean().describe('decided by a link, without an account'),
  comment: z.string(),
  at: Instant,
})

const NotBecause = z.enum(['own', 'not-asked', 'closed', 'no-person', 'decided-already'])
export type NotBecause = z.infer<typeof NotBecause>

export const Approval = z.object({
  id: ApprovalId,
  state: ApprovalState,
  deliveryId: DeliveryId,
  articleId: ArticleId,
  editionId: EditionId,
  channelId: ChannelId,
  channelName: z.string(),
  /** As the network calls it: a handle, the name of a site or room; null for what is not an account. */
  channelAccount: z.string().nullable(),
  network: Network,
  language: Language,
  title: z.string(),
  /** SHA-256 of the canonical payload; what a decision names, and what is compared before anything goes out. */
  hash: z.string(),
  window: ApprovalWindow,
  dueAt: Instant,
  message: z.string(),
  steps: z.array(ApprovalStep),
  /** The step that is asked now, from 0; as many as there are steps when all have agreed. */
  step: z.number().int(),
  decisions: z.array(Decision),
  requestedAt: Instant,
  requestedBy: z.string(),
  requestedByName: z.string().nullable(),
  decidedAt: Instant.nullable(),
  /** Why it holds no longer: `content-changed`, `time-changed`, `target-changed`. */
  voidReason: z.string().nullable(),
  /** `no-person`: a key or service asks; whoever decides must be somebody. */
  mayDecide: z.boolean(),
  mayNotDecideBecause: NotBecause.nullable(),
})
export type Approval = z.infer<typeof Approval>

/** What will be seen, word for word: a post, or a whole text with its pictures, and where it is mailed the letter as well. */
export const ApprovalPayload = z.object({
  post: Post.nullable(),
  /** Where the pictures of the post are shown, to whoever knows the address; without those that are gone from the library. */
  pictures: z.array(z.object({ mediaId: MediaId, url: z.string() })),
  page: z
    .object({
      title: z.string(),
      lead: z.string(),
      html: z.string().describe('only what the site itself would show; safe to put into a sandboxed frame'),
      cover: z.object({ url: z.string(), alt: z.string(), caption: z.string(), credit: z.string() }).nullable(),
      authors: z.array(z.string()),
      categories: z.array(z.string()),
      tags: z.array(z.string()),
      slug: z.string(),
      metaTitle: z.string(),
      metaDescription: z.string(),
    })
    .nullable(),
  /** The text as the mail its readers will get, with a link to leave that leads nowhere; null where it is no issue of a newsletter. */
  letter: z.object({ from: z.string(), subject: z.string(), preheader: z.string(), html: z.string() }).nullable(),
})
export type ApprovalPayload = z.infer<typeof ApprovalPayload>

/** What was said the last time, and of what: for whoever decides again to see what has changed since. */
export const DecidedBefore = z.object({
  decision: Verdict,
  byName: z.string().nullable(),
  comment: z.string(),
  at: Instant,
  payload: ApprovalPayload,
})
export type DecidedBefore = z.infer<typeof DecidedBefore>

/** Of a delivery: whether it may go out as far as approvals are concerned. */
export const DeliveryApproval = z.object({
  /** `not-needed`; `needed`: nobody was asked yet; else that of its latest approval. */
  state: z.enum(['not-needed', 'needed', 'open', 'approved', 'changes-requested', 'void']),
  id: ApprovalId.nullable(),
  stepName: z.string().nullable(),
  /** While it is open or approved: planned for a time outside of this, it would hold no longer. */
  window: ApprovalWindow.nullable(),
})
export type DeliveryApproval = z.infer<typeof DeliveryApproval>

const tag = 'Approvals'
const approval = z.object({ id: ApprovalId })
const LinkToken = z.string().min(20).max(200)
const comment = cleanText(2_000).default('')
const verdict = z.object({
  decision: Verdict,
  comment,
  /** The hash that was looked at: a payload that has changed meanwhile is not decided upon. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})
const decisionRefusals = {
  'approval-closed': { status: 409, data: z.object({ state: ApprovalState }) },
  'approval-changed': { status: 409, data: z.object({ hash: z.string() }) },
  'comment-missing': { status: 422 },
} as const
/** `link-spent`: its one decision was made; said in its approver's language. `link-expired`: it opens nothing for another reason. */
const linkRefusals = {
  'link-expired': { status: 410 },
  'link-spent': { status: 410, data: z.object({ locale: Locale }) },
} as const

export const approvalOperations = {
  getApprovalPolicy: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/approvals/policy',
    summary: 'Who must agree before something goes out',
  }).output(ApprovalPolicy),
  updateApprovalPolicy: operation(tag, 'publishing:channels', {
    method: 'PUT',
    path: '/approvals/policy',
    summary: 'Change it; plans that lack an approval then wait for one',
  })
    .errors({ 'steps-missing': { status: 422 }, 'unknown-approver': { status: 422 } })
    .input(ApprovalPolicy)
    .output(ApprovalPolicy),
  listApprovers: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/approvals/approvers',
    summary: 'People who decide by a link, without an account',
  }).output(z.array(Approver)),
  addApprover: operation(tag, 'workspace:manage', {
    method: 'POST',
    path: '/approvals/approvers',
    summary: 'Register someone who decides by a link',
    successStatus: 201,
  })
    .errors({
      'email-taken': { status: 409 },
      'too-many-approvers': { status: 409, data: z.object({ max: z.number().int() }) },
    })
    .input(
      z.object({ name: line(120), email: z.string().trim().toLowerCase().max(254).pipe(z.email()), locale: Locale }),
    )
    .output(Approver),
  removeApprover: operation(
    tag,
    'workspace:manage',
    { method: 'DELETE', path: '/approvals/approvers/{id}', summary: 'Their links open nothing any more' },
    { repeatable: true },
  )
    .input(z.object({ id: ApproverId }))
    .output(z.object({})),

  requestApproval: operation(tag, 'publishing:plan', {
    method: 'POST',
    path: '/deliveries/{deliveryId}/approval',
    summary: 'Ask for approval of what a plan carries',
    successStatus: 201,
  })
    .errors({
      'approval-off': { status: 409 },
      'already-asked': { status: 409, data: z.object({ approvalId: ApprovalId }) },
      'unknown-approver': { status: 422 },
      'wrong-state': { status: 409, data: z.object({ state: z.string() }) },
      'mail-not-set-up': { status: 409 },
      'wrong-window': { status: 422 },
    })
    .input(
      z.object({
        deliveryId: DeliveryId,
        message: cleanText(2_000).default(''),
        /** Asked beside the members who may approve; a link is mailed to each. */
        approverIds: z.array(ApproverId).max(20).default([]),
        /** Left out: the day it is planned for, in the zone it is planned in. */
        window: ApprovalWindow.optional(),
      }),
    )
    .output(Approval),
  withdrawApproval: operation(
    tag,
    'publishing:plan',
    { method: 'DELETE', path: '/approvals/{id}', summary: 'Ask no longer' },
    { repeatable: true },
  )
    .errors({ 'approval-closed': decisionRefusals['approval-closed'] })
    .input(approval)
    .output(Approval),
  /** Whoever the step asks, whatever their role; see `mayDecide`. */
  decideApproval: operation(tag, 'publishing:read', {
    method: 'POST',
    path: '/approvals/{id}/decision',
    summary: 'Approve, or ask for changes',
  })
    .errors({ ...decisionRefusals, 'may-not-decide': { status: 403, data: z.object({ because: NotBecause }) } })
    .input(approval.extend(verdict.shape))
    .output(Approval),
  listApprovals: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/approvals',
    summary: 'Approvals, latest first',
  })
    .input(
      Paging.extend({
        state: ApprovalState.optional(),
        edition: EditionId.optional(),
        /** Only those that wait for the caller. */
        mine: z.stringbool().or(z.boolean()).default(false),
      }),
    )
    .output(pageOf(Approval)),
  getApproval: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/approvals/{id}',
    summary: 'One approval: what it is of, word for word, and what was approved last time',
  })
    .input(approval)
    .output(
      Approval.extend({
        payload: ApprovalPayload,
        approvedBefore: ApprovalPayload.nullable(),
        /** Of an earlier request for the same edition and channel. */
        decidedBefore: DecidedBefore.nullable(),
      }),
    ),

  /** Shows; decides nothing, however often a mail scanner opens it. */
  openApprovalLink: operation(tag, 'anyone', {
    method: 'GET',
    path: '/approval-links/{token}',
    summary: 'What an approver is asked about',
  })
    .errors(linkRefusals)
    .input(z.object({ token: LinkToken }))
    .output(
      z.object({
        workspaceName: z.string(),
        approverName: z.string(),
        locale: Locale,
        zone: z.string(),
        state: ApprovalState,
        channelName: z.string(),
        channelAccount: z.string().nullable(),
        network: Network,
        language: Language,
        title: z.string(),
        dueAt: Instant,
        message: z.string(),
        requestedByName: z.string().nullable(),
        hash: z.string(),
        payload: ApprovalPayload,
        /** The same as last time this approver's step agreed, to see what has changed. */
        approvedBefore: ApprovalPayload.nullable(),
        /** Of an earlier request; this approver's own word where there is one. */
        decidedBefore: DecidedBefore.nullable(),
        /** What the team has written beside the text for the client to read, and what is not resolved. */
        comments: z.array(ClientThread),
        expiresAt: Instant,
      }),
    ),
  decideByLink: operation(
    tag,
    'anyone',
    { method: 'POST', path: '/approval-links/{token}', summary: 'Decide, once; the link is spent then' },
    { sensitive: true },
  )
    .errors({ ...linkRefusals, ...decisionRefusals })
    .input(verdict.extend({ token: LinkToken }))
    .output(z.object({ state: ApprovalState })),
}

const fact = z.object({
  approvalId: ApprovalId,
  deliveryId: DeliveryId,
  articleId: ArticleId,
  editionId: EditionId,
  channelId: ChannelId,
  channelName: z.string(),
  title: z.string(),
  language: Language,
  requestedBy: z.string(),
})
export const approvalEvents = {
  /** Told once for each step that begins. `deciders`: members; approvers by link get their mail from publishing. */
  'publishing.approval-requested': fact.extend({
    step: z.number().int(),
    stepName: z.string().nullable(),
    dueAt: Instant,
    message: z.string(),
    deciders: z.object({ roles: z.array(Role), userIds: z.array(UserId) }),
    /** Who may not decide, because it is their own. */
    except: z.array(z.string()),
  }),
  /** `isFinal`: the last step has agreed, or someone asked for changes. */
  'publishing.approval-decided': fact.extend({
    decision: Verdict,
    isFinal: z.boolean(),
    by: z.string(),
    byName: z.string().nullable(),
    comment: z.string(),
    hash: z.string(),
  }),
  'publishing.approval-voided': fact.extend({ reason: z.string() }),
  'publishing.approval-withdrawn': fact,
  'publishing.approval-policy-changed': ApprovalPolicy,
  'publishing.approver-added': z.object({ approverId: ApproverId, name: z.string(), email: z.string() }),
  'publishing.approver-removed': z.object({ approverId: ApproverId }),
}

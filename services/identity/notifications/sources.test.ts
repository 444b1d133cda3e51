import type { Role } from '@floowe/contracts/identity'
import { events, type EventName } from '@floowe/contracts/index'
import { notificationKinds } from '@floowe/contracts/notifications'
import { expect, test } from 'vitest'
import { newsOf, sources, type TeamMember } from './sources.ts'

const idOf = (n: number): string => `0190aaaa-0000-7000-8000-${String(n).padStart(12, '0')}`
const [owner, admin, editor, otherEditor, author, viewer, gone] = [1, 2, 3, 4, 5, 6, 7].map(idOf) as [
  string,
  ...string[],
] as [string, string, string, string, string, string, string]
const team: TeamMember[] = (
  [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
    [otherEditor, 'editor'],
    [author, 'author'],
    [viewer, 'viewer'],
  ] as [string, Role][]
).map(([user_id, role]) => ({ user_id, role }))

const delivery = {
  deliveryId: idOf(20),
  articleId: idOf(21),
  editionId: idOf(22),
  channelId: idOf(23),
  network: 'x',
  state: 'failed',
  title: 'Rzeka',
  createdBy: editor,
}
const approval = {
  approvalId: idOf(30),
  deliveryId: idOf(20),
  articleId: idOf(21),
  editionId: idOf(22),
  channelId: idOf(23),
  channelName: 'Gazeta',
  title: 'Rzeka',
  language: 'pl',
  requestedBy: editor,
}
const asked = {
  ...approval,
  step: 0,
  stepName: null,
  dueAt: '2026-11-24T08:00:00.000Z',
  message: 'Rzuć okiem',
  deciders: { roles: [], userIds: [] },
  except: [editor],
}
const decided = {
  ...approval,
  decision: 'approved',
  isFinal: true,
  by: admin,
  byName: 'Jan',
  comment: '',
  hash: 'a'.repeat(64),
}
const channel = { channelId: idOf(23), name: 'Gazeta', network: 'linkedin', state: 'attention' }

const heard = (name: EventName, data: object, actor = 'service:publishing') =>
  newsOf(
    {
      id: idOf(90),
      name,
      workspaceId: idOf(91),
      key: 'k',
      at: '2026-11-22T10:00:00.000Z',
      actor,
      requestId: null,
      data,
    },
    team,
  )

test.each<[string, EventName, object, string | undefined, string | null, string[]]>([
  [
    'a failed delivery: whoever planned it',
    'publishing.delivery-failed',
    { ...delivery, code: 'refused' },
    undefined,
    'failed',
    [editor],
  ],
  [
    'one that only a person can settle',
    'publishing.delivery-failed',
    { ...delivery, state: 'needs-human', code: 'outcome-unknown' },
    undefined,
    'needs-human',
    [editor],
  ],
  [
    'planned by a key: owners and admins',
    'publishing.delivery-failed',
    { ...delivery, createdBy: `key:${idOf(8)}`, code: 'x' },
    undefined,
    'failed',
    [owner, admin],
  ],
  [
    'planned by a service',
    'publishing.delivery-missed',
    { ...delivery, createdBy: 'service:content' },
    undefined,
    'missed',
    [owner, admin],
  ],
  [
    'planned by someone who has left',
    'publishing.delivery-missed',
    { ...delivery, createdBy: gone },
    undefined,
    'missed',
    [owner, admin],
  ],
  [
    'one that is not there any more',
    'publishing.delivery-verified',
    { ...delivery, state: 'published', verification: 'gone' },
    undefined,
    'gone',
    [editor],
  ],
  [
    'one that was seen there',
    'publishing.delivery-verified',
    { ...delivery, verification: 'verified' },
    undefined,
    null,
    [],
  ],
  ['a missed delivery', 'publishing.delivery-missed', delivery, undefined, 'missed', [editor]],
  ['what a person did themselves', 'publishing.delivery-missed', delivery, editor, 'missed', []],
  [
    'approval by anyone who may',
    'publishing.approval-requested',
    asked,
    editor,
    'to-approve',
    [owner, admin, otherEditor],
  ],
  [
    'approval by a role',
    'publishing.approval-requested',
    { ...asked, deciders: { roles: ['editor'], userIds: [] } },
    editor,
    'to-approve',
    [otherEditor],
  ],
  [
    'approval by a role and by name',
    'publishing.approval-requested',
    { ...asked, deciders: { roles: ['owner'], userIds: [author, gone] } },
    editor,
    'to-approve',
    [owner, author],
  ],
  [
    'but never those who are excepted',
    'publishing.approval-requested',
    { ...asked, except: [editor, owner] },
    editor,
    'to-approve',
    [admin, otherEditor],
  ],
  [
    'a later step may ask who agreed to the one before',
    'publishing.approval-requested',
    { ...asked, step: 1, deciders: { roles: ['admin'], userIds: [] } },
    admin,
    'to-approve',
    [admin],
  ],
  ['a decision: whoever asked', 'publishing.approval-decided', decided, admin, 'decided', [editor]],
  [
    'of a step that is not the last: nobody',
    'publishing.approval-decided',
    { ...decided, isFinal: false },
    admin,
    null,
    [],
  ],
  [
    'asked by a key: owners and admins, but who decided',
    'publishing.approval-decided',
    { ...decided, requestedBy: `key:${idOf(8)}` },
    admin,
    'decided',
    [owner],
  ],
  [
    'an approval that holds no longer',
    'publishing.approval-voided',
    { ...approval, reason: 'content-changed' },
    author,
    'decided',
    [editor],
  ],
  [
    'voided by whoever asked',
    'publishing.approval-voided',
    { ...approval, reason: 'content-changed' },
    editor,
    'decided',
    [],
  ],
  ['a withdrawn one', 'publishing.approval-withdrawn', approval, editor, null, []],
  [
    'a channel that needs attention: who may connect it',
    'publishing.channel-changed',
    channel,
    undefined,
    'connection',
    [owner, admin],
  ],
  ['the same told again because someone renamed it', 'publishing.channel-changed', channel, owner, null, []],
  ['a channel that works', 'publishing.channel-changed', { ...channel, state: 'connected' }, undefined, null, []],
  [
    'a connection about to end',
    'publishing.connection-expiring',
    { ...channel, endsAt: '2026-12-01T00:00:00.000Z' },
    undefined,
    'connection',
    [owner, admin],
  ],
  [
    'a mention: those of the team who were named, but whoever named them',
    'content.person-mentioned',
    {
      articleId: idOf(21),
      editionId: idOf(22),
      threadId: idOf(40),
      messageId: idOf(41),
      userIds: [viewer, gone, author],
      language: 'pl',
      title: 'Rzeka',
      text: 'Rzuć okiem',
    },
    author,
    'mentioned',
    [viewer],
  ],
])('%s', (_, name, data, actor, kind, to) => {
  const notice = heard(name, data, actor)?.notice
  expect([notice?.kind ?? null, notice?.to ?? []]).toEqual([kind, to])
  if (notice) expect(notificationKinds[notice.kind].data.safeParse(notice.data).error).toBeUndefined()
})

test('what is decided, withdrawn or changed leaves nothing to approve', () => {
  const settled = { kind: 'to-approve', about: approval.approvalId }
  expect(heard('publishing.approval-decided', decided, admin)?.settles).toEqual(settled)
  expect(heard('publishing.approval-voided', { ...approval, reason: 'x' }, author)?.settles).toEqual(settled)
  expect(heard('publishing.approval-withdrawn', approval, editor)?.settles).toEqual(settled)
  expect(heard('publishing.approval-decided', { ...decided, isFinal: false }, admin)?.settles).toBeUndefined()
})

test('an event of an earlier version, and one without a source, make nothing', () => {
  expect(heard('publishing.delivery-failed', { deliveryId: idOf(20) })).toBeNull()
  expect(heard('publishing.delivery-published', delivery)).toBeNull()
})

test('long words are kept short', () => {
  const notice = heard('publishing.approval-requested', { ...asked, message: 'ó'.repeat(2_000) }, editor)?.notice
  expect(notice?.data).toMatchObject({ message: 'ó'.repeat(500) })
})

test('every source is an event that exists', () => {
  expect(Object.keys(sources).filter((name) => !Object.hasOwn(events, name))).toEqual([])
})

/**
 * Every operation of the front door as anonymous, with the wrong role, and from another workspace. An operation without a row
 * below fails the test: nothing is reachable that nobody thought about.
 */
import { contracts } from '@floowe/contracts/index'
import type { OperationMeta } from '@floowe/contracts/operation'
import { Permission } from '@floowe/contracts/vocabulary'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  type Ask,
  cookieOf,
  password,
  setUp,
  startTestInstallation,
  type TestInstallation,
} from './testing.ts'

type Operation = { name: string; method: string; path: string; meta: OperationMeta }
type Declared = { '~orpc': { meta: OperationMeta; route: { method?: string; path?: string } } }

const operations: Operation[] = Object.entries(contracts).flatMap(([service, group]) =>
  Object.entries(group as Record<string, Declared>).flatMap(
    ([
      name,
      {
        '~orpc': { meta, route },
      },
    ]) =>
      meta.inner || !route.method || !route.path
        ? []
        : [{ name: `${service}.${name}`, method: route.method, path: route.path, meta }],
  ),
)

/** Things of the first workspace that a stranger might name. */
type Things = Record<
  | 'article'
  | 'edition'
  | 'version'
  | 'term'
  | 'template'
  | 'media'
  | 'preview'
  | 'import'
  | 'thread'
  | 'message'
  | 'channel'
  | 'delivery'
  | 'approval'
  | 'approver'
  | 'series'
  | 'campaign'
  | 'view'
  | 'calendarLink'
  | 'calendarImport'
  | 'key'
  | 'invitation'
  | 'user',
  string
>
let world: TestInstallation
let owner: Ask
let stranger: Ask
let things: Things
const keys = new Map<string, string>()

const body = {
  type: 'doc',
  content: [{ type: 'paragraph', attrs: { id: 'b1' }, content: [{ type: 'text', text: 'Hello world' }] }],
}
const when = { now: true }
const at = { wallTime: '2031-01-01T09:00', zone: 'Europe/Warsaw' }
const seriesPlan = {
  ...{ recurrence: { every: 'days', interval: 1 }, firstDay: '2031-01-01', time: '09:00', zone: 'UTC' },
  end: { count: 2 },
}
const campaign = { name: 'C', firstDay: '2031-01-01', lastDay: '2031-01-31', colour: 'moss' }
const sheet = { csv: 'title\nOne\n', zone: 'UTC', language: 'en' }
const form = (name: string, file: File): FormData => {
  const made = new FormData()
  made.append(name, file)
  return made
}
const png = new File(
  [
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ],
  'dot.png',
  { type: 'image/png' },
)

/** For each operation: its path with the first workspace's things, and a body that would be taken. Null: it names nothing of a workspace. */
const rows: Record<
  string,
  ((things: Things) => { path?: Record<string, string>; query?: string; body?: unknown }) | null
> = {
  'identity.getSetup': null,
  'identity.completeSetup': null,
  'identity.signIn': null,
  'identity.requestPasswordReset': null,
  'identity.resetPassword': null,
  'identity.getInvitation': null,
  'identity.acceptInvitation': null,
  'identity.signOut': null,
  'identity.me': null,
  'identity.updateMe': null,
  'identity.changePassword': null,
  'identity.listSessions': null,
  'identity.revokeSession': null,
  'identity.createWorkspace': null,
  'identity.updateWorkspace': null,
  'identity.removeWorkspace': null,
  'identity.listMembers': null,
  'identity.listInvitations': null,
  'identity.createInvitation': null,
  'identity.listKeys': null,
  'identity.createKey': null,
  'identity.listAudit': null,
  'identity.verifyAudit': null,
  'identity.listNotifications': null,
  'identity.markRead': null,
  'identity.getNotificationSettings': null,
  'identity.updateNotificationSettings': null,
  'identity.setNotificationWebhook': null,
  'identity.rotateNotificationSecret': null,
  'identity.testNotificationWebhook': null,
  'identity.removeNotificationWebhook': null,
  'identity.updateMember': ({ user }) => ({ path: { userId: user }, body: { role: 'viewer' } }),
  'identity.removeMember': ({ user }) => ({ path: { userId: user } }),
  'identity.createResetLink': ({ user }) => ({ path: { userId: user } }),
  'identity.revokeInvitation': ({ invitation }) => ({ path: { id: invitation } }),
  'identity.revokeKey': ({ key }) => ({ path: { id: key } }),
  'content.listArticles': null,
  'content.createArticle': null,
  'content.listTerms': null,
  'content.getChecklist': null,
  'content.updateChecklist': null,
  'content.getEditionChecklist': ({ edition }) => ({ path: { id: edition } }),
  'content.tickChecklistItem': ({ edition }) => ({ path: { id: edition }, body: { isDone: true } }),
  'content.createTerm': null,
  'content.listTemplates': null,
  'content.createTemplate': null,
  'content.listMedia': null,
  'content.uploadMedia': null,
  'content.search': null,
  'content.startImport': null,
  'content.listImports': null,
  'content.getArticle': ({ article }) => ({ path: { id: article } }),
  'content.updateArticle': ({ article }) => ({ path: { id: article }, body: { basedOn: 1, tags: ['x'] } }),
  'content.duplicateArticle': ({ article }) => ({ path: { id: article } }),
  'content.trashArticle': ({ article }) => ({ path: { id: article } }),
  'content.restoreArticle': ({ article }) => ({ path: { id: article } }),
  'content.deleteArticle': ({ article }) => ({ path: { id: article } }),
  'content.getReferences': ({ article }) => ({ path: { id: article } }),
  'content.addEdition': ({ article }) => ({ path: { id: article }, body: { language: 'de' } }),
  'content.getEdition': ({ edition }) => ({ path: { id: edition } }),
  'content.saveEdition': ({ edition }) => ({
    path: { id: edition },
    body: { basedOn: 1, title: 'Stolen', lead: '', body },
  }),
  'content.setStatus': ({ edition }) => ({ path: { id: edition }, body: { status: 'archived' } }),
  'content.listVersions': ({ edition }) => ({ path: { id: edition } }),
  'content.getVersion': ({ version }) => ({ path: { id: version } }),
  'content.restoreVersion': ({ edition, version }) => ({
    path: { id: edition },
    body: { versionId: version, basedOn: 1 },
  }),
  'content.exportEdition': ({ edition }) => ({ path: { id: edition } }),
  'content.updateTerm': ({ term }) => ({ path: { id: term }, body: { name: 'Stolen' } }),
  'content.deleteTerm': ({ term }) => ({ path: { id: term } }),
  'content.updateTemplate': ({ template }) => ({ path: { id: template }, body: { name: 'Stolen' } }),
  'content.deleteTemplate': ({ template }) => ({ path: { id: template } }),
  'content.getMedia': ({ media }) => ({ path: { id: media } }),
  'content.updateMedia': ({ media }) => ({ path: { id: media }, body: { alt: 'Stolen' } }),
  'content.deleteMedia': ({ media }) => ({ path: { id: media } }),
  'content.listPreviewLinks': ({ edition }) => ({ path: { id: edition } }),
  'content.createPreviewLink': ({ edition }) => ({ path: { id: edition }, body: {} }),
  'content.revokePreviewLink': ({ preview }) => ({ path: { id: preview } }),
  'content.getImport': ({ import: id }) => ({ path: { id } }),
  'content.getMoment': ({ edition }) => ({ path: { id: edition, seq: '0' } }),
  'content.describeWriters': ({ edition }) => ({ path: { id: edition } }),
  'content.listComments': ({ edition }) => ({ path: { id: edition } }),
  'content.startThread': ({ edition }) => ({ path: { id: edition }, body: { text: 'Stolen' } }),
  'content.reply': ({ thread }) => ({ path: { id: thread }, body: { text: 'Stolen' } }),
  'content.editMessage': ({ message }) => ({ path: { id: message }, body: { text: 'Stolen' } }),
  'content.deleteMessage': ({ message }) => ({ path: { id: message } }),
  'content.restoreMessage': ({ message }) => ({ path: { id: message } }),
  'content.resolveThread': ({ thread }) => ({ path: { id: thread } }),
  'content.reopenThread': ({ thread }) => ({ path: { id: thread } }),
  'content.setThreadVisibility': ({ thread }) => ({ path: { id: thread }, body: { visibility: 'client' } }),
  'content.listImportItems': ({ import: id }) => ({ path: { id } }),
  'content.cancelImport': ({ import: id }) => ({ path: { id } }),
  'publishing.listNetworks': null,
  'publishing.beginConnection': null,
  'publishing.finishConnection': null,
  'publishing.listChannels': null,
  'publishing.createChannel': null,
  'publishing.getPublishingSettings': null,
  'publishing.updatePublishingSettings': null,
  'publishing.listDeliveries': null,
  'publishing.getCalendar': null,
  'publishing.updateChannel': ({ channel }) => ({ path: { id: channel }, body: { name: 'Stolen' } }),
  'publishing.rotateChannelSecret': ({ channel }) => ({ path: { id: channel } }),
  'publishing.testChannel': ({ channel }) => ({ path: { id: channel } }),
  'publishing.removeChannel': ({ channel }) => ({ path: { id: channel } }),
  'publishing.reconnectChannel': ({ channel }) => ({ path: { id: channel }, body: { fields: {} } }),
  'publishing.chooseAccount': ({ channel }) => ({ path: { id: channel }, body: { accountId: 'x' } }),
  'publishing.getVariant': ({ edition, channel }) => ({ path: { editionId: edition, channelId: channel } }),
  'publishing.saveVariant': ({ edition, channel }) => ({
    path: { editionId: edition, channelId: channel },
    body: { fields: {}, basedOn: 0 },
  }),
  'publishing.previewPost': ({ edition, channel }) => ({
    path: { editionId: edition, channelId: channel },
    body: { fields: {} },
  }),
  'publishing.decideDelivery': ({ delivery }) => ({
    path: { id: delivery },
    body: { decision: { became: 'not-posted' } },
  }),
  'publishing.getApprovalPolicy': null,
  'publishing.updateApprovalPolicy': null,
  'publishing.listApprovers': null,
  'publishing.addApprover': null,
  'publishing.removeApprover': ({ approver }) => ({ path: { id: approver } }),
  'publishing.requestApproval': ({ delivery }) => ({ path: { deliveryId: delivery }, body: {} }),
  'publishing.withdrawApproval': ({ approval }) => ({ path: { id: approval } }),
  'publishing.decideApproval': ({ approval }) => ({
    path: { id: approval },
    body: { decision: 'approved', hash: '0'.repeat(64) },
  }),
  'publishing.listApprovals': null,
  'publishing.getApproval': ({ approval }) => ({ path: { id: approval } }),
  'publishing.openApprovalLink': null,
  'publishing.decideByLink': null,
  'publishing.listBacklog': null,
  'publishing.checkPlan': ({ edition, channel }) => ({ body: { editionId: edition, channelId: channel, when: at } }),
  'publishing.changeDeliveries': ({ delivery }) => ({ body: { ids: [delivery], change: { kind: 'cancel' } } }),
  'publishing.getCalendarSettings': null,
  'publishing.updateCalendarSettings': null,
  'publishing.listSlots': null,
  'publishing.setSlots': ({ channel }) => ({ path: { channelId: channel }, body: { slots: [], basedOn: 0 } }),
  'publishing.nextSlots': ({ channel }) => ({ path: { channelId: channel } }),
  'publishing.getArticlePlanning': ({ article }) => ({ path: { articleId: article } }),
  'publishing.updateArticlePlanning': ({ article }) => ({ path: { articleId: article }, body: { embargo: null } }),
  'publishing.previewSeries': ({ edition, channel }) => ({
    body: { ...seriesPlan, editionId: edition, channelId: channel },
  }),
  'publishing.createSeries': ({ edition, channel }) => ({
    body: { ...seriesPlan, editionId: edition, channelId: channel },
  }),
  'publishing.listSeries': null,
  'publishing.getSeries': ({ series }) => ({ path: { id: series } }),
  'publishing.updateSeries': ({ series }) => ({ path: { id: series }, body: { ...seriesPlan, basedOn: 1 } }),
  'publishing.endSeries': ({ series }) => ({ path: { id: series } }),
  'publishing.resumeSeries': ({ series }) => ({ path: { id: series } }),
  'publishing.listCampaigns': null,
  'publishing.createCampaign': null,
  'publishing.updateCampaign': ({ campaign }) => ({ path: { id: campaign }, body: { name: 'Stolen', basedOn: 1 } }),
  'publishing.removeCampaign': ({ campaign }) => ({ path: { id: campaign } }),
  'publishing.restoreCampaign': ({ campaign }) => ({ path: { id: campaign } }),
  'publishing.listCalendarViews': null,
  'publishing.createCalendarView': null,
  'publishing.updateCalendarView': ({ view }) => ({ path: { id: view }, body: { name: 'Stolen', basedOn: 1 } }),
  'publishing.removeCalendarView': ({ view }) => ({ path: { id: view } }),
  'publishing.listCalendarLinks': null,
  'publishing.createCalendarLink': null,
  'publishing.revokeCalendarLink': ({ calendarLink }) => ({ path: { id: calendarLink } }),
  'publishing.openCalendarLink': null,
  'publishing.exportCalendar': null,
  'publishing.previewCalendarImport': null,
  'publishing.importCalendar': null,
  'publishing.listCalendarImports': null,
  'publishing.getCalendarImport': ({ calendarImport }) => ({ path: { id: calendarImport } }),
  'publishing.cancelCalendarImport': ({ calendarImport }) => ({ path: { id: calendarImport } }),
  'publishing.planDelivery': ({ edition, channel }) => ({ body: { editionId: edition, channelId: channel, when } }),
  'publishing.rescheduleDelivery': ({ delivery }) => ({ path: { id: delivery }, body: { when } }),
  'publishing.cancelDelivery': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.restoreDelivery': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.sendDelivery': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.unpublish': ({ edition, channel }) => ({ path: { editionId: edition }, body: { channelId: channel } }),
  'publishing.getDelivery': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.summariseArticles': ({ article }) => ({ body: { articleIds: [article] } }),
  'publishing.getNewsletter': ({ channel }) => ({ path: { channelId: channel } }),
  'publishing.updateNewsletter': ({ channel }) => ({ path: { channelId: channel }, body: { imprint: 'Stolen' } }),
  'publishing.listSubscribers': ({ channel }) => ({ path: { channelId: channel } }),
  'publishing.addSubscriber': ({ channel }) => ({
    path: { channelId: channel },
    body: { email: 'stolen@example.com' },
  }),
  'publishing.importSubscribers': ({ channel }) => ({
    path: { channelId: channel },
    body: { csv: 'stolen@example.com' },
  }),
  'publishing.removeSubscriber': ({ channel }) => ({ path: { channelId: channel } }),
  'publishing.exportSubscribers': ({ channel }) => ({ path: { channelId: channel } }),
  'publishing.getMailing': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.listRecipients': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.decideRecipient': ({ delivery }) => ({ path: { id: delivery }, body: { decision: 'leave' } }),
  'publishing.stopMailing': ({ delivery }) => ({ path: { id: delivery } }),
  'publishing.previewNewsletter': ({ edition, channel }) => ({ path: { editionId: edition, channelId: channel } }),
  'publishing.sendTestLetter': ({ edition, channel }) => ({ path: { editionId: edition, channelId: channel } }),
  'site.getSiteSettings': null,
  'site.updateSiteSettings': null,
  'site.listRedirects': null,
  'site.addRedirect': null,
  'site.removeRedirect': null,
  'site.getLiveEditions': ({ article }) => ({ path: { articleId: article } }),
  'analytics.getOverview': null,
  'analytics.getArticleFigures': ({ article }) => ({
    path: { articleId: article },
    query: '?from=2026-11-01&to=2026-11-22',
  }),
}

const call = (ask: Ask, { name, method, path }: Operation, headers: Record<string, string> = {}): Promise<Answer> => {
  const row = rows[name]?.(things)
  const target = path.replace(
    /\{(\w+)\}/g,
    (_, part: string) => row?.path?.[part] ?? '0190aaaa-0000-7000-8000-000000000009',
  )
  const sends = !['GET', 'DELETE'].includes(method)
  return ask(method, `${target}${row?.query ?? ''}`, { headers, body: sends ? (row?.body ?? {}) : undefined })
}

beforeAll(async () => {
  world = await startTestInstallation()
  const { cookie } = await setUp(world)
  owner = world.as({ cookie, origin: world.url })
  const must = async (method: string, target: string, sent?: unknown): Promise<any> => {
    // any operation's answer
    const answer = await owner(method, target, { body: sent })
    if (answer.status >= 300)
      throw new Error(`${method} ${target} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const { article, edition } = await must('POST', '/articles', {
    language: 'en',
    title: 'First',
    body,
    tags: ['river'],
  })
  const [versions, channels, terms, template, media, preview, key, invitation, started] = await Promise.all([
    must('GET', `/editions/${edition.id}/versions`),
    must('GET', '/channels'),
    must('GET', '/terms?kind=tag'),
    must('POST', '/templates', { name: 'T', language: 'en', body }),
    must('POST', '/media', form('file', png)),
    must('POST', `/editions/${edition.id}/preview-links`, {}),
    must('POST', '/keys', { name: 'k', permissions: ['content:read'] }),
    must('POST', '/invitations', { email: 'second@example.com', role: 'viewer' }),
    must('POST', '/imports', form('file', new File(['# Imported\n\ntext'], 'one.md'))),
  ])
  const thread = await must('POST', `/editions/${edition.id}/comments`, { text: 'First' })
  const delivery = await must('POST', '/deliveries', {
    editionId: edition.id,
    channelId: channels[0].id,
    when: { wallTime: '2031-01-01T09:00', zone: 'Europe/Warsaw' },
  })
  const approver = await must('POST', '/approvals/approvers', { name: 'A', email: 'a@example.com', locale: 'en' })
  await must('PUT', '/approvals/policy', { mode: 'optional', steps: [] })
  const approval = await must('POST', `/deliveries/${delivery.id}/approval`, {})
  const hook = await must('POST', '/channels', { network: 'webhook', name: 'Hook', url: 'https://hooks.example.com/x' })
  const series = await must('POST', '/calendar/series', { ...seriesPlan, editionId: edition.id, channelId: hook.id })
  const [begun, view, link, imported] = [
    await must('POST', '/calendar/campaigns', campaign),
    await must('POST', '/calendar/views', { name: 'V0', filters: {}, isShared: true }),
    await must('POST', '/calendar/links', { kind: 'page', name: 'L', filters: {}, zone: 'UTC' }),
    await must('POST', '/calendar/imports', { ...sheet, name: 'x.csv' }),
  ]
  const joined = await world.ask('POST', `/invitation-links/${invitation.link.url.split('/').pop()}`, {
    body: { name: 'Second', password },
  })
  things = {
    article: article.id,
    edition: edition.id,
    version: versions.items[0].id,
    term: terms.items[0].id,
    template: template.id,
    media: media.id,
    preview: preview.id,
    import: started.id,
    thread: thread.id,
    message: thread.messages[0].id,
    channel: channels[0].id,
    delivery: delivery.id,
    approval: approval.id,
    approver: approver.id,
    series: series.id,
    campaign: begun.id,
    view: view.id,
    calendarLink: link.id,
    calendarImport: imported.id,
    key: key.key.id,
    invitation: invitation.id,
    user: joined.body.person.id,
  }
  // One key for each permission alone: what it lacks is the wrong role for everything else.
  for (const permission of ['content:read', 'publishing:read'] as const)
    keys.set(permission, (await must('POST', '/keys', { name: permission, permissions: [permission] })).secret)
  // A person of another workspace: invited as nobody here, owner there.
  const made = await owner('POST', '/invitations', { body: { email: 'stranger@example.com', role: 'viewer' } })
  const guest = await world.ask('POST', `/invitation-links/${made.body.link.url.split('/').pop()}`, {
    body: { name: 'Stranger', password },
  })
  const guestAsk = world.as({ cookie: cookieOf(guest), origin: world.url })
  await guestAsk('POST', '/workspaces', { body: { name: 'Elsewhere', slug: 'elsewhere', language: 'en', zone: 'UTC' } })
  await must('DELETE', `/members/${guest.body.person.id}`)
  stranger = world.as({ cookie: cookieOf(guest), origin: world.url, 'floowe-workspace': 'elsewhere' })
}, 120_000)
afterAll(() => world.stop())

test('every operation has a row, and every row an operation', () => {
  expect(Object.keys(rows).sort()).toEqual(operations.map(({ name }) => name).sort())
})

describe('anonymous', () => {
  test.each(operations.filter(({ meta }) => meta.needs !== 'anyone'))('$name', async (operation) => {
    const answer = await call(world.ask, operation)
    expect(answer).toMatchObject({ status: 401, body: { code: 'not-signed-in' } })
  })
})

describe('the wrong role', () => {
  const permissions: readonly string[] = Permission.options
  test.each(operations.filter(({ meta }) => permissions.includes(meta.needs)))('$name', async (operation) => {
    const secret = keys.get(operation.meta.needs === 'content:read' ? 'publishing:read' : 'content:read')
    const answer = await call(world.as({ authorization: `Bearer ${secret}` }), operation)
    expect(answer).toMatchObject({ status: 403, body: { code: 'not-allowed', data: { needs: operation.meta.needs } } })
  })
})

describe('another workspace', () => {
  test('its own workspace opens to the stranger, this one does not exist for them', async () => {
    expect((await stranger('GET', '/articles')).body).toEqual({ items: [], total: 0 })
    expect((await stranger('GET', '/articles', { headers: { 'floowe-workspace': 'first' } })).status).toBe(404)
  })
  /** These answer for the caller's own workspace with nothing in it. */
  const empty = new Set([
    'publishing.summariseArticles',
    'publishing.changeDeliveries',
    'site.getLiveEditions',
    'analytics.getArticleFigures',
  ])
  test.each(operations.filter(({ name }) => rows[name]))('$name', async (operation) => {
    const answer = await call(stranger, operation)
    if (empty.has(operation.name)) {
      expect(answer.status).toBe(200)
      expect(JSON.stringify(answer.body)).not.toContain(things.edition)
    } else if (answer.status === 200) {
      // Taking away what is not there is done already; it must not have touched the other's.
      expect(operation.meta.repeatable, operation.name).toBe(true)
    } else expect(answer, operation.name).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })
  test('and nothing of the first workspace changed', async () => {
    const edition = await owner('GET', `/editions/${things.edition}`)
    expect(edition.body).toMatchObject({ title: 'First', revision: 1, status: 'draft' })
    for (const target of [
      `/articles/${things.article}`,
      `/media/${things.media}`,
      `/deliveries/${things.delivery}`,
      `/versions/${things.version}`,
      `/imports/${things.import}`,
    ])
      expect((await owner('GET', target)).status, target).toBe(200)
    expect((await owner('GET', `/deliveries/${things.delivery}`)).body.state).toBe('planned')
    expect((await owner('GET', '/keys')).body.map((key: { id: string }) => key.id)).toContain(things.key)
    expect((await owner('GET', '/templates')).body).toHaveLength(1)
    expect((await owner('GET', `/editions/${things.edition}/preview-links`)).body).toHaveLength(1)
  })
})

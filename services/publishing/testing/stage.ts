/** For this room's tests: the service through its door, content and site played from their contracts, a real webhook receiver. */
import type { ClientThread } from '@floowe/contracts/writing'
import { randomUUID } from 'node:crypto'
import { permissionsOf, Role } from '@floowe/contracts/identity'
import type { Network, PostMedia } from '@floowe/contracts/networks'
import {
  startWebhookReceiver,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from '@floowe/emulators/webhook-receiver'
import { type Api, refuse } from '@floowe/platform'
import type { Contracts } from '@floowe/contracts/index'
import type { WorkspaceId } from '@floowe/contracts/vocabulary'
import { fakeClock, testService, type WorldOptions } from '@floowe/platform/testing'
import { service } from '../service.ts'
import { pageFor, picture, type Pictures } from './network.ts'

export const workspaceId = '0190aaaa-0000-7000-8000-0000000000aa'
export const otherWorkspaceId = '0190aaaa-0000-7000-8000-0000000000bb'
export const editorId = '0190aaaa-0000-7000-8000-00000000000a'
const waitMsMax = 10_000

type SiteApi = Api<Contracts['site']>
type Put = Parameters<SiteApi['putSnapshot']>[0]
type Removal = Parameters<SiteApi['removeSnapshot']>[0]
type Content = Awaited<ReturnType<Api<Contracts['content']>['renderSnapshot']>>

/** Content as publishing sees it: the newest text of each edition. */
function playContent() {
  const editions = new Map<string, { workspaceId: string; content: Content }>()
  const bytesOf: Pictures = new Map()
  const pictures = new Map<string, PostMedia>()
  /** What blocks an edition. */
  const commented = new Map<string, ClientThread[]>()
  const blocked = new Map<string, { id: string; rule: 'lead' | null; text: string }[]>()
  /** Who wrote the newest version of each edition. */
  const authors = new Map<string, string>()
  const write = (fields: Partial<Content> = {}, ofWorkspace = workspaceId): Content => {
    const content: Content = { ...pageFor(), versionId: nextVersion(), ...fields }
    editions.set(content.editionId, { workspaceId: ofWorkspace, content })
    return content
  }
  const get = (editionId: string, ofWorkspace: string): Content => {
    const found = editions.get(editionId)
    if (!found || found.workspaceId !== ofWorkspace) refuse('not-found', { what: 'edition' })
    return found.content
  }
  const ideas: { articleId: string; by: string; title: string }[] = []
  const articleOf = (id: string, ofWorkspace: string) => {
    const found = [...editions.values()].find(
      ({ workspaceId, content }) => workspaceId === ofWorkspace && content.articleId === id,
    )
    if (!found) return refuse('not-found', { what: 'article' })
    const { articleId, editionId, versionId, language, slug, title, lead, words } = found.content
    const times = { createdAt: '2026-11-22T09:00:00.000Z', updatedAt: '2026-11-22T09:00:00.000Z' }
    const edition = { id: editionId, articleId, versionId, language, slug, title, lead, words, ...times }
    return {
      ...{ id: articleId, type: 'article' as const, tags: [], categories: [], authors: [], cover: null, revision: 1 },
      editions: [
        { ...edition, status: 'idea' as const, revision: 1, updatedBy: 'service:content', updatedByName: null },
      ],
      ...{ trashedAt: null, source: null, ...times },
    }
  }
  const play: Partial<Api<Contracts['content']>> = {
    renderSnapshot: async ({ editionId, versionId }, call) => {
      if (!call.caller.permissions.has('content:read') && !call.caller.permissions.has('service')) refuse('not-allowed')
      const content = get(editionId, call.workspaceId)
      if (content.title === '') refuse('nothing-to-publish')
      return versionId === undefined ? content : { ...content, versionId, html: `<p>${versionId}</p>` }
    },
    getVersion: async ({ id }, call) => {
      const found = [...editions.values()].find(
        ({ workspaceId, content }) => workspaceId === call.workspaceId && content.versionId === id,
      )
      if (!found) return refuse('not-found', { what: 'version' })
      const { editionId, title, lead, slug, meta, words } = found.content
      const createdBy = authors.get(editionId) ?? 'service:content'
      const body = { type: 'doc', content: [] } as never // nobody looks at it here
      const made = { number: 1, reason: 'saved' as const, note: '', createdAt: '2026-11-22T09:00:00.000Z', createdBy }
      return { id, editionId, title, lead, slug, meta, words, body, ...made, createdByName: null }
    },
    picturesForPost: async ({ mediaIds }) => (mediaIds ?? []).map((id) => pictures.get(id) ?? null),
    getMedia: async ({ id }) => {
      const {
        mediaId: _,
        name,
        type,
        bytes,
        sha256,
        width,
        height,
        alt,
      } = pictures.get(id) ?? refuse('not-found', { what: 'media' })
      const words = { alt, caption: '', credit: '', focalPoint: null, createdAt: '2026-11-22T09:00:00.000Z', usedBy: 1 }
      const file = { id, name, type, bytes, sha256, width, height, state: 'ready' as const }
      const variants = [480, 960, 1920].map((at) => ({
        width: at,
        height: at,
        url: `/media/${id}/${at}.webp`,
        bytes: at,
        type: 'image/webp',
      }))
      return { ...file, ...words, url: `/media/${id}/whole`, variants }
    },
    readPicture: async ({ sha256 }) => new File([bytesOf.get(sha256) ?? refuse('not-found', { what: 'picture' })], 'x'),
    openChecklist: async ({ editionId }) => blocked.get(editionId) ?? [],
    commentsForClient: async ({ editionId }) => commented.get(editionId) ?? [],
    getArticle: async ({ id }, call) => articleOf(id, call.workspaceId),
    listArticles: async ({ limit, offset, query = '', language }, call) => {
      const found = [...editions.values()]
        .filter(({ workspaceId, content }) => workspaceId === call.workspaceId && content.title.includes(query))
        .filter(({ content }) => language === undefined || content.language === language)
        .map(({ content }) => articleOf(content.articleId, call.workspaceId))
      return { items: found.slice(offset, offset + limit), total: found.length }
    },
    makeIdea: async ({ articleId, by, title, lead, text, language }, call) => {
      const known = [...editions.values()].find(({ content }) => content.articleId === articleId)
      if (known) return { articleId, editionId: known.content.editionId }
      const made = write({ articleId, title, lead, text, language, slug: `idea-${ideas.length + 1}` }, call.workspaceId)
      ideas.push({ articleId, by, title })
      return { articleId, editionId: made.editionId }
    },
    describeEditions: async ({ ids }, call) =>
      ids
        .map((id) => get(id, call.workspaceId))
        .map(({ articleId, editionId: id, versionId, title, language, type }) => ({
          id,
          articleId,
          title,
          language,
          versionId,
          type,
          status: 'draft' as const,
        })),
  }
  return {
    play,
    authors,
    blocked,
    commented,
    ideas,
    /** A picture in the library. */
    draw: (alt?: string): PostMedia => {
      const drawn = picture(bytesOf, alt)
      pictures.set(drawn.mediaId, drawn)
      return drawn
    },
    write,
    /** Deleted from the library; what was made of it is kept. */
    lose: (mediaId: string): void => void pictures.delete(mediaId),
    /** The newest text of an edition. */
    current: (editionId: string): Content => get(editionId, workspaceId),
    rewrite: (content: Content, fields: Partial<Content>): Content =>
      write({ ...content, versionId: nextVersion(), ...fields }),
  }
}

/** Ids of versions grow, as those of content do. */
const nextVersion = (): string => {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/** People as identity knows them: what they may do tells their role. */
const playIdentity: Partial<Api<Contracts['identity']>> = {
  getWorkspace: async ({ workspace }) => ({
    ...{ id: workspace as WorkspaceId, slug: 'studio', name: 'Studio', language: 'pl', zone: 'Europe/Warsaw' },
    ...{ isDemo: false, createdAt: '2026-11-22T09:00:00.000Z' },
  }), // asked for by its id
  me: async (_, { caller }) => {
    const role = Role.options.find((one) => permissionsOf[one].length === caller.permissions.size) ?? null
    const look = { locale: 'pl', zone: 'Europe/Warsaw', theme: 'light', density: 'comfortable' } as const
    const person = { id: caller.id, name: `Person ${caller.id.slice(-2)}`, email: `${caller.id}@example.com`, ...look }
    return { person, role, workspace: null, workspaces: [], permissions: [], via: 'session' }
  },
}

/** The site as its contract describes it: a repeated delivery changes nothing, an older one never replaces a newer one. */
function playSite() {
  const puts: Put[] = []
  const removals: Removal[] = []
  const entries: Parameters<SiteApi['putFeedEntry']>[0][] = []
  const removedEntries: Parameters<SiteApi['removeFeedEntry']>[0][] = []
  const live = new Map<string, Put>()
  const newest = new Map<string, number>()
  const hold = { failWith: null as string | null, after: false }
  const fail = (): void => {
    if (hold.failWith !== null) refuse(hold.failWith)
  }
  const play: Partial<SiteApi> = {
    putSnapshot: async (input) => {
      if (!hold.after) fail()
      puts.push(input)
      if (input.sequence >= (newest.get(input.content.editionId) ?? 0)) live.set(input.content.editionId, input)
      newest.set(input.content.editionId, Math.max(input.sequence, newest.get(input.content.editionId) ?? 0))
      if (hold.after) fail()
      return { url: `https://floowe.example/site/studio/${input.content.slug}` }
    },
    removeSnapshot: async (input) => {
      fail()
      removals.push(input)
      newest.set(input.editionId, Math.max(input.sequence, newest.get(input.editionId) ?? 0))
      return { removed: live.delete(input.editionId) }
    },
    openFeed: async ({ name }) => ({ url: `https://floowe.example/site/studio/feeds/${name.toLowerCase()}/rss.xml` }),
    putFeedEntry: async (input) => {
      fail()
      entries.push(input)
      return { url: `https://floowe.example/site/studio/feeds/${input.name.toLowerCase()}/rss.xml` }
    },
    removeFeedEntry: async (input) => {
      fail()
      removedEntries.push(input)
      return { removed: true }
    },
    getLiveEditions: async ({ articleId }) => {
      fail()
      return [...live.values()]
        .filter(({ content }) => content.articleId === articleId)
        .map(({ snapshotId, publishedAt, content: { editionId, language, title, slug, versionId } }) => ({
          ...{ articleId, editionId, language, title, snapshotId, versionId, publishedAt, updatedAt: publishedAt },
          url: `https://floowe.example/site/studio/${slug}`,
        }))
    },
    getSiteSettings: async () => {
      fail()
      return {
        name: 'Studio',
        tagline: '',
        language: 'pl',
        languages: ['pl'],
        logo: null,
        menus: {},
        footers: {},
        articlesPerPage: 10,
        accent: 'river',
        host: '',
        url: 'https://floowe.example/site/studio',
        isListed: true,
      }
    },
  }
  return { play, puts, removals, entries, removedEntries, live, hold }
}

export type StageOptions = Omit<WorldOptions, 'neighbours'> & { receiver?: WebhookReceiverOptions }

export async function openStage(options: StageOptions = {}) {
  const receiver = await startWebhookReceiver({
    hangMs: 5_000,
    ...(options.clock && { nowMs: options.clock.now }),
    ...options.receiver,
  })
  return stageOn({ content: playContent(), site: playSite(), receiver, secrets: [], options })
}

/** The same database and the same outside, after this stage's service has stopped or crashed. */
export const openAgain = (
  { outside, world }: Pick<Stage, 'outside' | 'world'>,
  options: Pick<StageOptions, 'env' | 'outboundAllow'> = {},
): Promise<Stage> =>
  stageOn({
    ...outside,
    options: { ...outside.options, ...options, reopen: { databaseUrl: world.databaseUrl, folder: world.folder } },
  })

type Outside = {
  content: ReturnType<typeof playContent>
  site: ReturnType<typeof playSite>
  receiver: WebhookReceiver
  secrets: string[]
  options: StageOptions
}

async function stageOn(outside: Outside) {
  const { content, site, receiver, secrets, options } = outside
  const world = await testService(
    service,
    {
      outboundAllow: ['127.0.0.1/32'],
      ...options,
      env: { FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '5000', ...options.env },
      neighbours: { identity: playIdentity, content: content.play, site: site.play },
    },
    'publishing',
  )
  const me = world.as({ workspaceId, role: 'owner', userId: editorId })
  const channelOf = async (network: Network): Promise<string> =>
    (await me.listChannels(undefined)).find((channel) => channel.network === network)?.id ?? ''
  /** A webhook channel that leads to the receiver, which trusts its secret. */
  const connect = async (name = 'Hook'): Promise<string> => {
    const { id, secret } = await me.createChannel({ network: 'webhook', name, url: receiver.url })
    if (secret !== null) secrets.push(secret)
    receiver.trust(...secrets)
    return id
  }
  const stateOf = async (id: string) => (await me.getDelivery({ id })).state
  return {
    outside,
    world,
    content,
    site,
    receiver,
    me,
    channelOf,
    connect,
    stateOf,
    reaches: (id: string, state: Awaited<ReturnType<typeof stateOf>>) =>
      until(
        async () => (await stateOf(id)) === state,
        async () => `${id} is ${await stateOf(id)}, not ${state}`,
      ),
    close: async () => {
      await world.stop()
      await receiver.stop()
    },
  }
}
export type Stage = Awaited<ReturnType<typeof stageOn>>

/** Waits for a condition that another part of the program brings about. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  explain: () => string | Promise<string> = () => 'it did not come true',
): Promise<void> {
  const endMs = Date.now() + waitMsMax
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`after ${waitMsMax} ms: ${await explain()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const owner = permissionsOf.owner
export type FakeClock = ReturnType<typeof fakeClock>
export const startClock = (): FakeClock => fakeClock('2026-11-22T10:00:00.000Z')
export { fakeClock }

/** The content service: what is written. Joins the pieces; the only export of this package. */
import { MediaId } from '@floowe/contracts/vocabulary'
import type { Host, JobKind, Running, Service } from '@floowe/platform'
import { createApi } from './api.ts'
import type { Ideas } from './api/ideas.ts'
import { createArticles } from './articles.ts'
import { createChecklists } from './checklists.ts'
import { lazyDictionary } from './dictionary.ts'
import { createEditionWriter } from './edition-writer.ts'
import { createEditions } from './editions.ts'
import { removeFiles, removeFilesJob, subscriptions } from './events.ts'
import { createExports } from './export.ts'
import { fetchMedia } from './imports/fetch.ts'
import { createImports, importJob } from './imports/imports.ts'
import { createTaker } from './imports/items.ts'
import { fetchJob, runImport } from './imports/job.ts'
import { createMedia } from './media.ts'
import { pictureJob } from './media-intake.ts'
import { serveMedia } from './media-route.ts'
import { createPeople } from './people.ts'
import { createPictures, type Pictures } from './pictures/pictures.ts'
import { createPreviewLinks } from './preview-links.ts'
import { servePreviews } from './preview-page.ts'
import { createSearch } from './search.ts'
import { type Settings, settings } from './settings.ts'
import { createShapes } from './shapes.ts'
import { createSlugs } from './slugs.ts'
import { createRenderer } from './snapshot.ts'
import { findMedia } from './store/media.ts'
import { jsonbStore } from './store/jsonb.ts'
import { mongodbStore } from './store/mongodb.ts'
import type { Store } from './store/port.ts'
import { createTemplates } from './templates.ts'
import { createTerms } from './terms.ts'
import { createUpkeep } from './upkeep.ts'
import { createComments } from './writing/comments.ts'
import { createWriting } from './writing/writing.ts'

const minuteMs = 60_000

export const service: Service<Settings> = {
  name: 'content',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  start: async (host, { pictureTimeoutMs, pictureIdleMs }): Promise<Running> => {
    const pictures = createPictures({
      clock: host.clock,
      log: host.log,
      timeoutMs: pictureTimeoutMs,
      idleMs: pictureIdleMs,
    })
    const store = host.documents ? await mongodbStore(host.documents, host) : jsonbStore(host.db)
    const ideas = join(host, store, pictures)
    const upkeep = createUpkeep(host, ideas)
    host.serve('content', createApi(ideas))
    host.on(subscriptions(ideas))
    host.jobs(jobsOf(host, ideas), { concurrency: 3 })
    host.routes(['/media'], serveMedia(host))
    host.routes(['/preview'], servePreviews(host, { ...ideas, store: ideas.store.content }))
    return {
      begin: upkeep.begin,
      abandon: () => {
        upkeep.abandon()
        ideas.writing.abandon()
      },
      stop: async () => {
        await upkeep.stop()
        await ideas.writing.stop()
        await pictures.stop()
      },
    }
  },
}

function join(host: Host, store: Store, pictures: Pictures): Ideas {
  const slugs = createSlugs(store.content)
  const terms = createTerms(host, store.content)
  const media = createMedia(host, store, pictures)
  const people = createPeople(host)
  const shapes = createShapes({ terms, media, people })
  const writer = createEditionWriter(host, { store: store.content, slugs })
  const writing = createWriting(host, { store: store.content, writer })
  const hasMedia = async (workspaceId: string, id: MediaId): Promise<boolean> =>
    (await findMedia(host.db, workspaceId, id)) !== null
  return {
    store,
    terms,
    media,
    shapes,
    articles: createArticles(host, {
      store: store.content,
      terms,
      slugs,
      shapes,
      hasMedia,
      settleAll: writing.settleAll,
    }),
    editions: createEditions(host, { store: store.content, slugs, shapes, writer, writing }),
    writing,
    people,
    comments: createComments(host, { store: store.content, writing, people }),
    checklists: createChecklists(host, { store: store.content, people, settle: writing.settle }),
    templates: createTemplates(host, store),
    links: createPreviewLinks(host),
    search: createSearch(host, store.content, lazyDictionary()),
    imports: createImports(host),
    exports: createExports(host, store.content, terms),
    renderer: createRenderer(host, store.content, terms),
    slugs,
  }
}

function jobsOf(host: Host, { store, terms, media, slugs, exports }: Ideas): Readonly<Record<string, JobKind>> {
  const take = createTaker(host, { store: store.content, slugs, media, exportedHash: exports.hash })
  return {
    [pictureJob]: {
      run: (job) => media.makeVariants(job.workspaceId, MediaId.parse(job.input['mediaId']), job.isLastAttempt),
      attemptsMax: 4,
      pauseMs: 5_000,
      timeoutMs: 10 * minuteMs,
    },
    [importJob]: {
      run: (job) => runImport(host, { store: store.content, terms, take, expectPictures: media.expectPictures }, job),
      attemptsMax: 5,
      pauseMs: 2_000,
      timeoutMs: 120 * minuteMs,
    },
    [fetchJob]: {
      run: (job) => fetchMedia(host, media, job),
      attemptsMax: 4,
      pauseMs: 2_000,
      timeoutMs: 120 * minuteMs,
    },
    [removeFilesJob]: {
      run: (job) => removeFiles(host, job.workspaceId, job.signal),
      attemptsMax: 5,
      pauseMs: 10_000,
      timeoutMs: 60 * minuteMs,
    },
  }
}

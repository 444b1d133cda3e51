/** What is written: operations and events on articles, editions, versions, terms, templates, media, preview links, export. Import is in imports.ts, writing together in writing.ts. */
import { PostMedia } from './networks.ts'
import { z } from 'zod'
import { Body } from './body.ts'
import { checklistEvents, checklistOperations } from './checklists.ts'
import {
  EditorialStatus,
  ArticleType,
  TermKind,
  Term,
  Meta,
  Edition,
  FocalPoint,
  Media,
  Article,
  VersionReason,
  VersionSummary,
  Version,
  Template,
  PreviewLink,
  SearchHit,
  SnapshotContent,
} from './content-shapes.ts'
import { importEvents, importOperations } from './imports.ts'
import { innerOperation, operation } from './operation.ts'
import {
  ArticleId,
  cleanText,
  EditionId,
  Instant,
  Language,
  line,
  MediaId,
  pageOf,
  Paging,
  PreviewLinkId,
  Slug,
  TemplateId,
  TermId,
  VersionId,
} from './vocabulary.ts'
import { writingEvents, writingOperations } from './writing.ts'

export * from './content-shapes.ts'

const tag = 'Content'
const stale = {
  'stale-revision': {
    status: 409,
    data: z.object({ current: z.number().int(), updatedAt: Instant, updatedByName: z.string().nullable() }),
  },
} as const
const slugTaken = { 'slug-taken': { status: 409, data: z.object({ suggestion: z.string() }) } } as const
const basedOn = z.number().int().min(1)
const article = z.object({ id: ArticleId })
const edition = z.object({ id: EditionId })

export const content = {
  ...checklistOperations,

  listArticles: operation(tag, 'content:read', {
    method: 'GET',
    path: '/articles',
    summary: 'Articles, last changed first',
  })
    .input(
      Paging.extend({
        query: z.string().max(200).optional(),
        type: ArticleType.optional(),
        status: EditorialStatus.optional(),
        language: Language.optional(),
        tag: TermId.optional(),
        category: TermId.optional(),
        author: TermId.optional(),
        trashed: z.stringbool().or(z.boolean()).default(false),
        sort: z.enum(['updated', 'created', 'title']).default('updated'),
      }),
    )
    .output(pageOf(Article)),
  createArticle: operation(
    tag,
    'content:write',
    { method: 'POST', path: '/articles', summary: 'Start an article with its first edition', successStatus: 201 },
    { once: true },
  )
    .errors(slugTaken)
    .input(
      z.object({
        type: ArticleType.default('article'),
        language: Language,
        title: line(300, 0).default(''),
        lead: cleanText(1000).default(''),
        body: Body.optional(),
        slug: Slug.optional(),
        status: EditorialStatus.default('draft'),
        templateId: TemplateId.optional(),
        tags: z.array(line(80)).max(100).default([]),
        categories: z.array(line(80)).max(100).default([]),
      }),
    )
    .output(z.object({ article: Article, edition: Edition })),
  getArticle: operation(tag, 'content:read', {
    method: 'GET',
    path: '/articles/{id}',
    summary: 'An article with its editions',
  })
    .input(article)
    .output(Article),
  updateArticle: operation(tag, 'content:write', {
    method: 'PATCH',
    path: '/articles/{id}',
    summary: 'Change tags, categories, authors, cover, type',
  })
    .errors(stale)
    .input(
      article.extend({
        basedOn,
        type: ArticleType.optional(),
        tags: z.array(line(80)).max(100).optional().describe('names; unknown ones are made'),
        categories: z.array(line(80)).max(100).optional(),
        authors: z.array(line(120)).max(20).optional(),
        coverId: MediaId.nullable().optional(),
      }),
    )
    .output(Article),
  duplicateArticle: operation(
    tag,
    'content:write',
    {
      method: 'POST',
      path: '/articles/{id}/duplicate',
      summary: 'Copy an article as a new draft',
      successStatus: 201,
    },
    { once: true },
  )
    .input(article)
    .output(Article),
  trashArticle: operation(
    tag,
    'content:delete',
    { method: 'DELETE', path: '/articles/{id}', summary: 'Put an article into the trash (kept 30 days)' },
    { repeatable: true },
  )
    .errors({ 'still-published': { status: 409, data: z.object({ channels: z.array(z.string()) }) } })
    .input(article)
    .output(Article),
  restoreArticle: operation(
    tag,
    'content:delete',
    { method: 'POST', path: '/articles/{id}/restore', summary: 'Take an article out of the trash' },
    { repeatable: true },
  )
    .input(article)
    .output(Article),
  deleteArticle: operation(
    tag,
    'content:delete',
    { method: 'DELETE', path: '/articles/{id}/forever', summary: 'Delete an article in the trash for good' },
    { repeatable: true },
  )
    .errors({ 'not-in-trash': { status: 409 } })
    .input(article)
    .output(z.object({})),
  getReferences: operation(tag, 'content:read', {
    method: 'GET',
    path: '/articles/{id}/references',
    summary: 'Articles this one links to, and those that link to it',
  })
    .input(article)
    .output(
      z.object({
        to: z.array(z.object({ articleId: ArticleId, title: z.string() })),
        from: z.array(z.object({ articleId: ArticleId, title: z.string() })),
      }),
    ),

  addEdition: operation(tag, 'content:write', {
    method: 'POST',
    path: '/articles/{id}/editions',
    summary: 'Add the article in another language',
    successStatus: 201,
  })
    .errors({ 'language-taken': { status: 409 }, ...slugTaken })
    .input(article.extend({ language: Language, copyFrom: EditionId.optional() }))
    .output(Edition),
  getEdition: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}',
    summary: 'One edition with its body',
  })
    .input(edition)
    .output(Edition),
  saveEdition: operation(
    tag,
    'content:write',
    { method: 'PUT', path: '/editions/{id}', summary: 'Save; refused when someone saved in between' },
    { bodyBytesMax: 4 * 1024 * 1024 },
  )
    .errors({ ...stale, ...slugTaken })
    .input(
      edition.extend({
        basedOn,
        title: line(300, 0),
        lead: cleanText(1000),
        slug: Slug.optional(),
        body: Body,
        meta: Meta.optional(),
        /** An autosave joins the latest autosaved version of the same person (≤ 10 minutes old); a save makes a version of its own. */
        reason: z.enum(['saved', 'autosaved']).default('saved'),
        note: cleanText(300).default(''),
      }),
    )
    .output(Edition),
  setStatus: operation(tag, 'content:write', {
    method: 'POST',
    path: '/editions/{id}/status',
    summary: 'Change the editorial status',
  })
    .errors(stale)
    .input(edition.extend({ status: EditorialStatus, basedOn: basedOn.optional() }))
    .output(Edition),
  listVersions: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/versions',
    summary: 'Versions, newest first',
  })
    .input(edition.extend(Paging.shape))
    .output(pageOf(VersionSummary)),
  getVersion: operation(tag, 'content:read', {
    method: 'GET',
    path: '/versions/{id}',
    summary: 'One version with its body',
  })
    .input(z.object({ id: VersionId }))
    .output(Version),
  restoreVersion: operation(tag, 'content:write', {
    method: 'POST',
    path: '/editions/{id}/restore',
    summary: 'Make an old version the newest; never publishes',
  })
    .errors(stale)
    .input(edition.extend({ versionId: VersionId, basedOn }))
    .output(Edition),
  exportEdition: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/markdown',
    summary: 'An edition as Markdown with front matter',
  })
    .input(edition)
    .output(
      z.object({
        path: z.string(),
        markdown: z.string(),
        media: z.array(z.object({ id: MediaId, path: z.string(), url: z.string(), sha256: z.string() })),
      }),
    ),

  listTerms: operation(tag, 'content:read', { method: 'GET', path: '/terms', summary: 'Tags, categories or authors' })
    .input(Paging.extend({ kind: TermKind, query: z.string().max(80).optional() }))
    .output(pageOf(Term)),
  createTerm: operation(tag, 'content:write', {
    method: 'POST',
    path: '/terms',
    summary: 'Make a tag, category or author',
    successStatus: 201,
  })
    .errors({ 'name-taken': { status: 409 } })
    .input(
      z.object({
        kind: TermKind,
        name: line(80),
        slug: Slug.optional(),
        description: cleanText(1000).default(''),
        names: z.record(Language, line(80)).default({}),
      }),
    )
    .output(Term),
  updateTerm: operation(tag, 'content:write', { method: 'PATCH', path: '/terms/{id}', summary: 'Rename or describe' })
    .errors({ 'name-taken': { status: 409 } })
    .input(
      z.object({
        id: TermId,
        name: line(80).optional(),
        slug: Slug.optional(),
        description: cleanText(1000).optional(),
        names: z.record(Language, line(80)).optional(),
      }),
    )
    .output(Term),
  deleteTerm: operation(tag, 'content:delete', {
    method: 'DELETE',
    path: '/terms/{id}',
    summary: 'Take a term off all articles; or merge it into another',
  })
    .input(z.object({ id: TermId, mergeInto: TermId.optional() }))
    .output(z.object({})),

  listTemplates: operation(tag, 'content:read', {
    method: 'GET',
    path: '/templates',
    summary: 'Templates to start from',
  }).output(z.array(Template)),
  createTemplate: operation(
    tag,
    'content:write',
    {
      method: 'POST',
      path: '/templates',
      summary: 'Make a template, from an edition or from nothing',
      successStatus: 201,
    },
    { once: true },
  )
    .input(
      z.object({
        name: line(120),
        description: cleanText(500).default(''),
        language: Language,
        fromEdition: EditionId.optional(),
        title: line(300, 0).default(''),
        lead: cleanText(1000).default(''),
        body: Body.optional(),
      }),
    )
    .output(Template),
  updateTemplate: operation(tag, 'content:write', {
    method: 'PATCH',
    path: '/templates/{id}',
    summary: 'Change a template',
  })
    .input(
      z.object({
        id: TemplateId,
        name: line(120).optional(),
        description: cleanText(500).optional(),
        title: line(300, 0).optional(),
        lead: cleanText(1000).optional(),
        body: Body.optional(),
      }),
    )
    .output(Template),
  deleteTemplate: operation(
    tag,
    'content:delete',
    { method: 'DELETE', path: '/templates/{id}', summary: 'Delete a template' },
    { repeatable: true },
  )
    .input(z.object({ id: TemplateId }))
    .output(z.object({})),

  listMedia: operation(tag, 'content:read', {
    method: 'GET',
    path: '/media',
    summary: 'The media library, newest first',
  })
    .input(Paging.extend({ query: z.string().max(200).optional() }))
    .output(pageOf(Media)),
  /** The file may be one the workspace has already (same bytes): then that one is answered. */
  uploadMedia: operation(
    tag,
    'media:write',
    { method: 'POST', path: '/media', summary: 'Upload a picture or file (≤ 50 MB)', successStatus: 201 },
    { bodyBytesMax: 52 * 1024 * 1024 },
  )
    .errors({
      'unsupported-type': { status: 415, data: z.object({ found: z.string() }) },
      'picture-too-large': { status: 413, data: z.object({ megapixelsMax: z.number() }) },
    })
    .input(z.object({ file: z.file(), alt: cleanText(500).default('') }))
    .output(Media),
  getMedia: operation(tag, 'content:read', { method: 'GET', path: '/media/{id}', summary: 'One file' })
    .input(z.object({ id: MediaId }))
    .output(Media),
  updateMedia: operation(tag, 'media:write', {
    method: 'PATCH',
    path: '/media/{id}',
    summary: 'Describe a file, set its focal point',
  })
    .input(
      z.object({
        id: MediaId,
        name: line(200).optional(),
        alt: cleanText(500).optional(),
        caption: cleanText(1000).optional(),
        credit: cleanText(200).optional(),
        focalPoint: FocalPoint.nullable().optional(),
      }),
    )
    .output(Media),
  deleteMedia: operation(tag, 'content:delete', {
    method: 'DELETE',
    path: '/media/{id}',
    summary: 'Delete a file that nothing uses',
  })
    .errors({
      'still-used': {
        status: 409,
        data: z.object({ articles: z.array(z.object({ articleId: ArticleId, title: z.string() })) }),
      },
    })
    .input(z.object({ id: MediaId }))
    .output(z.object({})),

  listPreviewLinks: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/preview-links',
    summary: 'Open preview links',
  })
    .input(edition)
    .output(z.array(PreviewLink)),
  createPreviewLink: operation(
    tag,
    'content:write',
    {
      method: 'POST',
      path: '/editions/{id}/preview-links',
      summary: 'A secret address that shows the latest text without signing in',
      successStatus: 201,
    },
    { once: true },
  )
    .input(edition.extend({ days: z.number().int().min(1).max(90).default(14) }))
    .output(PreviewLink.extend({ url: z.string() })),
  revokePreviewLink: operation(
    tag,
    'content:write',
    { method: 'DELETE', path: '/preview-links/{id}', summary: 'Close a preview link' },
    { repeatable: true },
  )
    .input(z.object({ id: PreviewLinkId }))
    .output(z.object({})),

  search: operation(tag, 'content:read', {
    method: 'GET',
    path: '/search',
    summary: 'Ranked search in titles, leads and bodies; finds inflected Polish forms',
  })
    .input(
      z.object({
        query: z.string().trim().min(1).max(200),
        language: Language.optional(),
        limit: z.coerce.number().int().min(1).max(50).default(20),
        offset: z.coerce.number().int().min(0).max(1000).default(0),
      }),
    )
    .output(pageOf(SearchHit)),
  ...importOperations,

  /** The latest version, or the named one, rendered. Publishing freezes it. */
  renderSnapshot: innerOperation({ repeatable: true })
    .errors({ 'in-trash': { status: 409 }, 'nothing-to-publish': { status: 409 } })
    .input(z.object({ editionId: EditionId, versionId: VersionId.optional() }))
    .output(SnapshotContent),
  /** An idea under an id that the caller has chosen: asked again, what was made under it is answered. In the name of `by`. */
  makeIdea: innerOperation({ repeatable: true })
    .input(
      z.object({
        articleId: ArticleId,
        by: z.string().max(100),
        language: Language,
        title: line(300),
        lead: cleanText(1000),
        /** Its body: a paragraph for each line. */
        text: cleanText(20_000),
        status: EditorialStatus,
        tags: z.array(line(80)).max(100),
        categories: z.array(line(80)).max(100),
      }),
    )
    .output(z.object({ articleId: ArticleId, editionId: EditionId })),
  /**
   * Pictures as a channel takes them: the file itself where it fits and tells nothing about where it was taken, else made to fit once and kept, so that the same question has
   * the same answer. `mediaIds` null: the article's cover, if it has one. In the order asked for; null for what is not there, or
   * is no picture that can be made to fit.
   */
  picturesForPost: innerOperation({ repeatable: true })
    .input(
      z.object({
        editionId: EditionId,
        mediaIds: z.array(MediaId).max(20).nullable(),
        types: z.array(z.string().max(100)).min(1).max(10),
        bytesMax: z.number().int().min(10_000),
        /** Of the longer side, in pixels. */
        sideMax: z.number().int().min(16).nullable(),
      }),
    )
    .output(z.array(PostMedia.nullable())),
  /** The bytes of a picture that `picturesForPost` has named. */
  readPicture: innerOperation({ repeatable: true })
    .input(z.object({ mediaId: MediaId, sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(z.file()),
  describeEditions: innerOperation({ repeatable: true })
    .input(z.object({ ids: z.array(EditionId).max(200) }))
    .output(
      z.array(
        z.object({
          id: EditionId,
          articleId: ArticleId,
          title: z.string(),
          language: Language,
          versionId: VersionId,
          status: EditorialStatus,
          type: ArticleType,
        }),
      ),
    ),
  ...writingOperations,
}

const fact = z.object({ articleId: ArticleId, editionId: EditionId, title: z.string(), language: Language })
export const contentEvents = {
  ...checklistEvents,
  'content.article-created': z.object({ articleId: ArticleId, editionId: EditionId, title: z.string() }),
  'content.article-updated': z.object({ articleId: ArticleId }),
  'content.article-trashed': z.object({ articleId: ArticleId }),
  'content.article-restored': z.object({ articleId: ArticleId }),
  'content.article-deleted': z.object({ articleId: ArticleId }),
  'content.edition-saved': fact.extend({ versionId: VersionId, revision: z.number().int(), reason: VersionReason }),
  'content.edition-status-changed': fact.extend({ from: EditorialStatus, to: EditorialStatus }),
  'content.media-added': z.object({ mediaId: MediaId, name: z.string() }),
  'content.media-changed': z.object({ mediaId: MediaId }),
  'content.media-deleted': z.object({ mediaId: MediaId }),
  'content.terms-changed': z.object({ termId: TermId }),
  ...importEvents,
  'content.preview-link-created': z.object({ editionId: EditionId }),
  ...writingEvents,
}

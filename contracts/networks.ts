/** What publishing can reach: networks with what each takes, and posts as they are frozen, approved and sent. */
import { z } from 'zod'
import { ArticleId, EditionId, Language, MediaId, VersionId } from './vocabulary.ts'

export const Network = z.enum([
  'floowe-site',
  'webhook',
  'bluesky',
  'mastodon',
  'wordpress',
  'ghost',
  'devto',
  'telegram',
  'discord',
  'slack',
  'x',
  'linkedin',
  'facebook',
  'feed',
  'newsletter',
])
export type Network = z.infer<typeof Network>

/**
 * How a network counts the length of a text. `graphemes`: what people see as one character. `characters`: Unicode code points.
 * `utf16`: units of UTF-16. `weighted`: as twitter-text does: a link is 23 whatever its length, an emoji and most scripts beyond
 * the Latin ones are two.
 */
export const Counting = z.enum(['graphemes', 'characters', 'utf16', 'weighted'])
export type Counting = z.infer<typeof Counting>

/** What a person gives to connect an account. Addresses and names are kept readable; secrets are sealed. */
export const ConnectField = z.object({
  name: z.enum([
    'url',
    'handle',
    'password',
    'token',
    'chat',
    'senderName',
    'sender',
    'replyTo',
    'language',
    'imprint',
    'server',
  ]),
  isSecret: z.boolean(),
  /** Left out: it has to be given. */
  isOptional: z.boolean().optional(),
  /** One of these. */
  choices: z.array(z.string()).optional(),
  /** What stands in the field before anything is typed. */
  example: z.string(),
})
export type ConnectField = z.infer<typeof ConnectField>

/** What a network declares of itself; the same facts hold sender, preview and forms together. */
export const NetworkFacts = z.object({
  network: Network,
  /** `page`: the whole text, rendered. `post`: a short text with pictures that leads to the article. */
  form: z.enum(['page', 'post']),
  connection: z.object({
    kind: z.enum(['built-in', 'fields', 'oauth']),
    fields: z.array(ConnectField),
  }),
  /** Of each part of a post. */
  text: z
    .object({
      max: z.number().int(),
      /** Where a part has pictures; null: the same. */
      maxWithMedia: z.number().int().nullable(),
      counting: Counting,
      /** What a link counts, whatever its length; null: as it is written. */
      linkLength: z.number().int().nullable(),
    })
    .nullable(),
  media: z
    .object({
      countMax: z.number().int(),
      types: z.array(z.string()),
      bytesMax: z.number().int(),
      /** Of the longer side, in pixels. */
      sideMax: z.number().int().nullable(),
      altMax: z.number().int(),
    })
    .nullable(),
  /** The parts of a longer post, each an answer to the one before. */
  threads: z.boolean(),
  /** A comment of the account's own under the post, counted as `text` is; null: the network has none, or none by its API. */
  firstComment: z.object({ max: z.number().int() }).nullable(),
  /** Whether what stands there can be changed, and taken down. */
  edits: z.boolean(),
  removes: z.boolean(),
  /** The same words once more: `taken` as one more post or letter; `refused` lately said; `none`: a page stands where it stands. */
  repeats: z.enum(['taken', 'refused', 'none']),
  /**
   * After an answer that was lost: `repeat`, because what is there already is dropped, by the far side or by a ledger of who has
   * it; `find`, because it can be asked what it has; `ask`, because only a person can look.
   */
  afterLostAnswer: z.enum(['repeat', 'find', 'ask']),
})
export type NetworkFacts = z.infer<typeof NetworkFacts>

/** A picture of a post. The bytes are those of the file in the library with this hash. */
export const PostMedia = z.object({
  mediaId: MediaId,
  name: z.string(),
  type: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  alt: z.string(),
})
export type PostMedia = z.infer<typeof PostMedia>

export const PostPart = z.object({ text: z.string(), media: z.array(PostMedia).max(20) })
export type PostPart = z.infer<typeof PostPart>

/** What a delivery to a network of posts carries: every word and picture that people will see, links stamped. */
export const Post = z.object({
  form: z.literal('post'),
  articleId: ArticleId,
  editionId: EditionId,
  versionId: VersionId,
  language: Language,
  slug: z.string(),
  title: z.string(),
  parts: z.array(PostPart).min(1).max(25),
  /** Where the post leads; also for networks that show it as a card. */
  link: z.object({ url: z.string(), title: z.string(), description: z.string() }).nullable(),
  /** Under the post, by the same account; goes out behind the parts. Posts that were frozen before there was any have none. */
  firstComment: z.string().nullable().default(null),
})
export type Post = z.infer<typeof Post>

/** Why a post cannot go out as it is: a part that is too long, a picture too many or of a kind the network does not take. */
export const PostProblem = z.object({
  code: z.enum([
    'text-too-long',
    'text-empty',
    'too-many-parts',
    'too-many-pictures',
    'picture-missing',
    'picture-not-taken',
  ]),
  /** Which part, from 0; the first comment comes after the last one. */
  part: z.number().int(),
  max: z.number().int().nullable(),
})
export type PostProblem = z.infer<typeof PostProblem>

/** What a person has changed for one channel. What is left out is inherited from the edition. */
export const VariantFields = z.object({
  /** The words of the post; several are a thread. */
  texts: z.array(z.string().max(20_000)).min(1).max(25).optional(),
  /** Pictures of the first part; none is a choice as well. */
  mediaIds: z.array(MediaId).max(20).optional(),
  hasLink: z.boolean().optional(),
  /** Empty: none. Nothing of it is inherited. */
  firstComment: z.string().max(20_000).optional(),
})
export type VariantFields = z.infer<typeof VariantFields>

/**
 * LinkedIn's comments under posts: written by a person or a page, changed and deleted by who wrote them; those under a page's posts
 * are listed and read, those under a person's are not. The same comment once more is one more comment.
 * Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api.
 */
import type { Grant, LinkedinComment, LinkedinPost, Route, World } from './linkedin.ts'
import { checkAuthor, denied, failure, invalid, isPersons } from './linkedin-refusals.ts'
import { fieldOf, refuse, textOf } from './vendor.ts'

const [textMax, countMax] = [1_250, 100]

const postOf = (urn: string, { posts }: World): LinkedinPost =>
  posts.get(urn) ??
  refuse(...failure(404, 'NOT_FOUND', `Received error for ${urn} from domain authorization endpoint: 404`))

/** The post and the number of the comment are one part of the path. */
function commentOf(path: string, world: World): LinkedinComment {
  const [, post = '', id = ''] = /^(.+)\/comments\/(\d+)$/.exec(path) ?? []
  const comment = world.comments.get(id)
  return comment?.post === post ? comment : refuse(...failure(404, 'NOT_FOUND', `Not found: ${id}`))
}

function checkReader({ author }: LinkedinPost, { scopes }: Grant): void {
  if (isPersons(author) || !scopes.includes('r_organization_social'))
    refuse(...denied('partnerApiSocialActions.GET_ALL'))
}

function checkActor(actor: string, comment: LinkedinComment, world: World, grant: Grant): void {
  checkAuthor(actor, world, grant)
  if (comment.actor !== actor) refuse(...denied('partnerApiSocialActions.UPDATE'))
}

function checkedText(message: unknown): string {
  const text = textOf(message, 'text').trim()
  if (text === '') refuse(...invalid('message', 'MISSING_REQUIRED_FIELD', '/message/text is required'))
  if (text.length > textMax)
    refuse(...invalid('message', 'FIELD_LENGTH_TOO_LONG', `/message/text exceeds the limit of ${textMax} characters`))
  return text
}

const shown = ({ id, post, actor, text, atMs, changedMs }: LinkedinComment): object => ({
  ...{ id, actor, object: post, commentUrn: `urn:li:comment:(${post},${id})`, message: { attributes: [], text } },
  ...{ created: { actor, time: atMs }, lastModified: { actor, time: changedMs } },
})

const all = /^\/rest\/socialActions\/([^/]+)\/comments$/
const one = /^\/rest\/socialActions\/([^/]+\/comments\/\d+)$/

export const commentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: all,
    answer: ({ json, nowMs }, world, grant, note, urn) => {
      const actor = textOf(json, 'actor')
      checkAuthor(actor, world, grant)
      const text = checkedText(fieldOf(json, 'message'))
      postOf(urn, world)
      const id = String((BigInt(nowMs) << 22n) + BigInt((world.ids += 1)))
      const comment: LinkedinComment = { id, post: urn, actor, text, atMs: nowMs, changedMs: nowMs }
      world.comments.set(id, comment)
      note({ kind: 'created', id, account: actor, text })
      return { status: 201, headers: { 'x-restli-id': id }, body: shown(comment) }
    },
  },
  {
    method: 'GET',
    path: all,
    answer: ({ query, nowMs }, world, grant, _, urn) => {
      checkReader(postOf(urn, world), grant)
      const [count, start] = [Number(query.get('count') ?? 10), Number(query.get('start') ?? 0)]
      if (!(count >= 1 && count <= countMax))
        return refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'Invalid query parameters passed to request'))
      const listed = [...world.comments.values()].filter(
        ({ post, atMs }) => post === urn && atMs + world.delays.listing <= nowMs,
      )
      const elements = listed.slice(start, start + count).map(shown)
      return { status: 200, body: { elements, paging: { count, start, total: listed.length, links: [] } } }
    },
  },
  {
    method: 'GET',
    path: one,
    answer: (_, world, grant, _note, path) => {
      const comment = commentOf(path, world)
      checkReader(postOf(comment.post, world), grant)
      return { status: 200, body: shown(comment) }
    },
  },
  {
    method: 'POST',
    path: one,
    answer: ({ json, headers, query, nowMs }, world, grant, note, path) => {
      if (headers['x-restli-method']?.toUpperCase() !== 'PARTIAL_UPDATE')
        return refuse(...failure(400, 'ILLEGAL_ARGUMENT', 'POST is not supported for this resource'))
      const comment = commentOf(path, world)
      checkActor(query.get('actor') ?? '', comment, world, grant)
      comment.text = checkedText(fieldOf(fieldOf(fieldOf(json, 'patch'), 'message'), '$set'))
      comment.changedMs = nowMs
      note({ kind: 'changed', id: comment.id, account: comment.actor, text: comment.text })
      return { status: 204 }
    },
  },
  {
    method: 'DELETE',
    path: one,
    answer: ({ query }, world, grant, note, path) => {
      const comment = commentOf(path, world)
      checkActor(query.get('actor') ?? '', comment, world, grant)
      world.comments.delete(comment.id)
      note({ kind: 'removed', id: comment.id, account: comment.actor, text: comment.text })
      return { status: 204 }
    },
  },
]

/**
 * LinkedIn: comments of a page or a person under their own posts, in plain words. LinkedIn takes no key against sending twice, and
 * nothing is known of it refusing the same comment once more. What a page has written under a post is listed; a person's comments
 * cannot be read by apps, so there a lost answer leaves the question to a person.
 * Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api.
 */
import type { Clock } from '@floowe/platform'
import { fieldOf, isThere, type Reply, textAt } from './asking.ts'
import { type Call, type Credentials, isPerson, plain, skewMs, unread } from './linkedin-api.ts'
import { Ended } from './network.ts'
import { commentOf, type Hands, type Made, type Piece } from './posting.ts'

const [pageLength, pagesMax] = [50, 4]
/** So long after a post was made, LinkedIn may not know it everywhere. */
const youngMs = 10 * 60_000

export function commentsOf(call: Call, clock: Clock): Hands<null> {
  return {
    create: async (piece, _, { credentials }, signal) => {
      const { text, post } = commentOf(piece)
      const json = { actor: credentials['author'] ?? '', object: post.id, message: { text } }
      try {
        return madeOf(await call(credentials, pathOf(post.id), { method: 'POST', json, signal }), post)
      } catch (error) {
        const isYoung = clock.now() - (piece.first?.armedMs ?? 0) < youngMs
        if (!(error instanceof Ended) || error.verdict.status !== 404 || !isYoung) throw error
        throw new Ended({ ...error.verdict, kind: 'transient', code: 'receiver-busy' })
      }
    },
    find: async (piece, { credentials }, signal) =>
      isPerson(credentials) ? 'cannot-look' : listed(call, piece, credentials, signal),
    change: async (there, piece, _, { credentials }, signal) => {
      const json = { patch: { message: { $set: { text: commentOf(piece).text } } } }
      const headers = { 'x-restli-method': 'PARTIAL_UPDATE' }
      await call(credentials, ownPathOf(there, credentials), { method: 'POST', headers, json, signal })
      return there
    },
    read: (there, { credentials }, signal) =>
      isThere(
        () => call(credentials, pathOf(postOf(there), there.id), { signal }),
        ({ json }) => textAt(json, 'id') === there.id || null,
      ),
    remove: async (there, { credentials }, signal) => {
      try {
        await call(credentials, ownPathOf(there, credentials), { method: 'DELETE', signal })
      } catch (error) {
        if (!(error instanceof Ended) || error.verdict.status !== 404) throw error
      }
    },
  }
}

const pathOf = (post: string, id?: string): string =>
  `/rest/socialActions/${encodeURIComponent(post)}/comments${id === undefined ? '' : `/${id}`}`
const postOf = ({ more }: Made): string => more?.['post'] ?? ''
/** Only who wrote it may change it. */
const ownPathOf = (there: Made, credentials: Credentials): string =>
  `${pathOf(postOf(there), there.id)}?actor=${encodeURIComponent(credentials['author'] ?? '')}`

function madeOf({ json, headers, ...reply }: Reply, post: Made): Made {
  const id = textAt(json, 'id') ?? headers['x-restli-id'] ?? ''
  if (!/^\d+$/.test(id)) throw unread({ json, headers, ...reply })
  const urn = textAt(json, 'commentUrn')
  const address = `https://www.linkedin.com/feed/update/${post.id}`
  const url = urn === null ? address : `${address}?commentUrn=${encodeURIComponent(urn)}`
  return { id, url, more: { post: post.id } }
}

/** In what stands under the post. */
async function listed(call: Call, piece: Piece, credentials: Credentials, signal: AbortSignal): Promise<Made | null> {
  const { text, post } = commentOf(piece)
  let start = 0
  for (let page = 0; page < pagesMax; page++) {
    const reply = await call(credentials, `${pathOf(post.id)}?start=${start}&count=${pageLength}`, { signal })
    const comments = fieldOf(reply.json, 'elements')
    // Only a list says that something is not there.
    if (!Array.isArray(comments)) throw unread(reply)
    for (const one of comments as unknown[]) {
      // of anything
      const isOurs =
        textAt(one, 'actor') === credentials['author'] &&
        plain(textAt(one, 'message', 'text') ?? '') === plain(text) &&
        Number(fieldOf(one, 'created', 'time')) >= piece.armedMs - skewMs
      if (isOurs) return madeOf({ ...reply, json: one, headers: {} }, post)
    }
    if (comments.length === 0) return null
    start += comments.length
  }
  // So much stands there that the end was not reached.
  throw new Ended({ kind: 'ambiguous', code: 'not-listed-yet' })
}

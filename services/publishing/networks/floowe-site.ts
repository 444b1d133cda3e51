/** The built-in site: a call to the service `site`, which keeps one snapshot per edition and drops what it has or what is older. */
import type { NetworkFacts } from '@floowe/contracts/networks'
import type { Calls } from '@floowe/platform'
import { Refusal } from '@floowe/platform'
import { type Failure, type Network, pageOf, type Parcel } from './network.ts'

/** It stands beside us: when it is away, it is back soon. */
const firstPauseMs = 500
const contentBytesMax = 10 * 1024 * 1024

const facts: NetworkFacts = {
  network: 'floowe-site',
  form: 'page',
  connection: { kind: 'built-in', fields: [] },
  text: null,
  media: null,
  threads: false,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'none',
  afterLostAnswer: 'repeat',
}

export function flooweSite({ call }: { call: Calls }): Network {
  const put = async (parcel: Parcel): Promise<string | null> => {
    const as = { workspaceId: parcel.workspaceId, requestId: parcel.deliveryId }
    const { deliveryId, sequence, snapshot } = parcel
    if (parcel.kind === 'unpublish' || !snapshot) {
      await call.site.removeSnapshot({ deliveryId, sequence, editionId: parcel.editionId }, as)
      return null
    }
    const { id: snapshotId, hash } = snapshot
    const content = pageOf(snapshot.content)
    return (
      await call.site.putSnapshot({ deliveryId, sequence, snapshotId, hash, content, publishedAt: parcel.at }, as)
    ).url
  }
  return {
    facts,
    limits: { contentBytesMax },
    firstPauseMs,
    send: async (parcel) => {
      try {
        return { kind: 'accepted', url: await put(parcel) }
      } catch (error) {
        return siteVerdict(error)
      }
    },
    verify: async ({ workspaceId, deliveryId, articleId, editionId, snapshot }) => {
      try {
        const live = await call.site.getLiveEditions({ articleId }, { workspaceId, requestId: deliveryId })
        return live.some((one) => one.editionId === editionId && one.snapshotId === snapshot?.id) ? 'there' : 'gone'
      } catch (error) {
        return siteVerdict(error)
      }
    },
    test: async ({ workspaceId }) => {
      try {
        await call.site.getSiteSettings(undefined, { workspaceId })
        return { kind: 'accepted', url: null }
      } catch (error) {
        return siteVerdict(error)
      }
    },
  }
}

/** What it means that the site did not take something. */
export function siteVerdict(error: unknown): Failure {
  if (!(error instanceof Refusal)) return { kind: 'ambiguous', code: 'site-error' }
  // The call may have been cut off after the site had written.
  if (error.code === 'unavailable' || error.code === 'internal') return { kind: 'ambiguous', code: 'site-unavailable' }
  if (error.code === 'too-many-requests') return { kind: 'rate-limited', code: 'rate-limited', retryAtMs: null }
  if (error.code === 'slug-taken') return { kind: 'permanent', code: 'slug-taken' }
  return { kind: 'permanent', code: 'site-refused', detail: error.code }
}

/**
 * A feed of its own, served by the service `site` as RSS, Atom and JSON: whatever is published there is an entry that readers
 * subscribe to. The site keeps one entry per edition and drops what it has or what is older.
 */
import type { NetworkFacts } from '@floowe/contracts/networks'
import type { Calls } from '@floowe/platform'
import { siteVerdict } from './floowe-site.ts'
import { type Account, type Network, pageOf, type Parcel } from './network.ts'

/** It stands beside us: when it is away, it is back soon. */
const firstPauseMs = 500
const contentBytesMax = 10 * 1024 * 1024

const facts: NetworkFacts = {
  network: 'feed',
  form: 'page',
  connection: { kind: 'fields', fields: [] },
  text: null,
  media: null,
  threads: false,
  firstComment: null,
  edits: true,
  removes: true,
  repeats: 'none',
  afterLostAnswer: 'repeat',
}

export function feed({ call }: { call: Calls }): Network {
  const put = async (parcel: Parcel, { channelId, name }: Account): Promise<string | null> => {
    const as = { workspaceId: parcel.workspaceId, requestId: parcel.deliveryId }
    const { deliveryId, sequence, snapshot, editionId } = parcel
    if (parcel.kind === 'unpublish' || !snapshot) {
      await call.site.removeFeedEntry({ channelId, deliveryId, sequence, editionId }, as)
      return null
    }
    const entry = { hash: snapshot.hash, content: pageOf(snapshot.content), publishedAt: parcel.at }
    return (await call.site.putFeedEntry({ channelId, name, deliveryId, sequence, ...entry }, as)).url
  }
  return {
    facts,
    limits: { contentBytesMax },
    firstPauseMs,
    send: async (parcel, account) => {
      try {
        return { kind: 'accepted', url: await put(parcel, account) }
      } catch (error) {
        return siteVerdict(error)
      }
    },
    test: async ({ workspaceId, channelId, name }) => {
      try {
        return { kind: 'accepted', url: (await call.site.openFeed({ channelId, name }, { workspaceId })).url }
      } catch (error) {
        return siteVerdict(error)
      }
    },
    open: async ({ workspaceId, channelId, name }) => {
      try {
        const { url } = await call.site.openFeed({ channelId, name }, { workspaceId })
        return { accountId: null, accountName: name, url, credentials: {} }
      } catch (error) {
        return siteVerdict(error)
      }
    },
  }
}

/** What has no emulator: the built-in site and feeds of its own. Readers' pages judge. */
import type { Client } from '@floowe/faults/client.ts'
import type { Happened } from './door.ts'
import type { Known } from './judge.ts'
import type { Channel, Planned } from './planning.ts'
import { wordIn } from './schedule.ts'

export const builtIn = ['floowe-site', 'feed'] as const
/** A feed shows its newest entries only, so there are as many feeds as show everything. */
export const feedEntriesMax = 30

export const onPages = async (
  client: Client,
  channels: readonly Channel[],
  planned: readonly Planned[],
  known: readonly (Known & { url: string | null })[],
): Promise<Happened[]> => [...(await onSite(client, planned, known)), ...(await inFeeds(client, channels))]

/** Each page that is said to be there, and the site's list of pages, which shows whether one is there twice. */
async function onSite(
  client: Client,
  planned: readonly Planned[],
  known: readonly (Known & { url: string | null })[],
): Promise<Happened[]> {
  const byId = new Map(known.map((one) => [one.id, one]))
  const seen = new Map<string, string>()
  for (const { id, network, word } of planned) {
    const { url = null, state } = byId.get(id) ?? {}
    if (network !== 'floowe-site' || url === null || state !== 'published') continue
    const { status, bytes } = await client.page(url, ['site'])
    if (status === 200 && bytes.toString('utf8').includes(word)) seen.set(url, word)
  }
  const listed = await client.page(`${client.url}/sitemap.xml`, ['site'])
  if (listed.status === 200)
    for (const [, url = ''] of listed.bytes.toString('utf8').matchAll(/<loc>([^<]+)<\/loc>/g)) {
      const word = wordIn(url)
      if (word !== null) seen.set(url, word)
    }
  return [...seen].map(([id, word]) => ({ network: 'floowe-site', word, kind: 'created', id }))
}

/** Every entry of every feed, however often it stands there. */
async function inFeeds(client: Client, channels: readonly Channel[]): Promise<Happened[]> {
  const entries: Happened[] = []
  for (const { network, url } of channels) {
    if (network !== 'feed' || url === null) continue
    const { status, bytes } = await client.page(url, ['site'])
    if (status === 200) entries.push(...entriesIn(bytes.toString('utf8'), url))
  }
  return entries
}

export const entriesIn = (rss: string, url: string): Happened[] =>
  [...rss.matchAll(/<item>[^]*?<title>([^<]*)<\/title>[^]*?<\/item>/g)].map(([, title = ''], place) => ({
    network: 'feed',
    word: wordIn(title),
    kind: 'created',
    id: `${url} ${place + 1}`,
  }))

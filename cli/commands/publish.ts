/** `publish ID --to CHANNEL`: now, in the channel's next free slot, or at a wall-clock time in a zone. A time that does not exist or exists twice is refused unless --earlier or --later says. */
import { type Client, Refused, WrongUse } from '../client.ts'
import type { Command } from '../command.ts'

export const publishCommand: Command = {
  name: 'publish',
  usage:
    'publish ID [--lang L] --to CHANNEL [--at 2027-03-28T09:00 --zone Europe/Warsaw [--earlier|--later] | --next-slot]',
  summary:
    "Publish an edition to a channel, now, at a time or in its next free slot; without --lang the one in the workspace's language",
  options: {
    lang: { type: 'string' },
    to: { type: 'string' },
    at: { type: 'string' },
    zone: { type: 'string' },
    earlier: { type: 'boolean' },
    later: { type: 'boolean' },
    'next-slot': { type: 'boolean' },
  },
  words: { min: 1, max: 1 },
  run: async ({ client, words, flags }) => {
    const { lang, to, at, zone, earlier, later } = flags
    if (typeof to !== 'string') throw new WrongUse('--to names the channel: its name, its id, or "site"')
    if (earlier && later) throw new WrongUse('--earlier or --later, not both')
    if (at === undefined && (zone !== undefined || earlier || later))
      throw new WrongUse('--zone, --earlier and --later belong to --at')
    if (flags['next-slot'] && at !== undefined) throw new WrongUse('--at or --next-slot, not both')
    const editionId = await editionOf(client, words[0] ?? '', typeof lang === 'string' ? lang : null)
    const channelId = await channelOf(client, to)
    const pick = earlier ? ('earlier' as const) : later ? ('later' as const) : undefined
    const when =
      typeof at === 'string'
        ? { wallTime: at, zone: typeof zone === 'string' ? zone : await zoneOf(client), pick }
        : flags['next-slot']
          ? { slot: 'next' as const }
          : { now: true as const }
    const delivery = await client.publishing.planDelivery({ editionId, channelId, when })
    const outcome = delivery.url
      ? `${delivery.state}: ${delivery.url}`
      : `${delivery.state}: ${delivery.wallTime ? `${delivery.wallTime} ${delivery.zone} (${delivery.dueAt})` : delivery.dueAt}`
    return {
      json: delivery,
      lines: [`${delivery.id}  ${delivery.title} (${delivery.language}) → ${delivery.channelName}`, outcome],
    }
  },
}

/** An article's id, in the named language or else in the workspace's own; or an edition's own id. */
async function editionOf(client: Client, id: string, language: string | null): Promise<string> {
  const article = await client.content.getArticle({ id }).catch((error: { code?: string }) => {
    if (error.code === 'not-found') return null
    throw error
  })
  if (!article) return (await client.content.getEdition({ id })).id
  const [only, ...others] = article.editions
  if (!language && only && others.length === 0) return only.id
  const wanted = language ?? (await client.identity.me()).workspace?.language
  const found = article.editions.find((edition) => edition.language === wanted)
  const languages = article.editions.map((edition) => edition.language).join(', ')
  if (!found && language)
    throw new Refused('not-found', `The article has no edition in ${language}; it has: ${languages}`)
  if (!found) throw new WrongUse(`The article has several editions; choose one with --lang: ${languages}`)
  return found.id
}

async function channelOf(client: Client, name: string): Promise<string> {
  const channels = await client.publishing.listChannels()
  const wanted = name.toLowerCase()
  const found = channels.filter(
    (channel) =>
      channel.id === name ||
      channel.name.toLowerCase() === wanted ||
      channel.network === wanted ||
      (wanted === 'site' && channel.network === 'floowe-site'),
  )
  if (found.length === 1 && found[0]) return found[0].id
  throw new Refused(
    found.length === 0 ? 'not-found' : 'ambiguous',
    `${found.length === 0 ? 'No channel is called' : 'Several channels are called'} ${name}. There are: ${channels.map((channel) => `${channel.name} (${channel.id})`).join(', ')}`,
  )
}

async function zoneOf(client: Client): Promise<string> {
  const me = await client.identity.me()
  if (!me.workspace) throw new WrongUse('--zone names the zone of --at')
  return me.workspace.zone
}

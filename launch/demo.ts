/**
 * The demo story: an agency, its people, a magazine in two languages, four weeks of work and three of plans. Everything is
 * done through the services' operations, in the names of those who would do it, so that nothing in it is a picture of the
 * product: it is the product.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Channel } from '@floowe/contracts/channels'
import type { Composed } from './compose.ts'
import { wallClock } from './demo/days.ts'
import { archive, dressSite, importTexts, nameTerms, shelf } from './demo/magazine.ts'
import { type Cast, foundStudio, inviteEveryone, people } from './demo/people.ts'
import { moment, type Stage, tellWeeks } from './demo/plot.ts'
import { countReaders } from './demo/readers.ts'
import type { EmbeddedGround } from './embedded.ts'
import type { StoryClock } from './story-clock.ts'

/** With whom the demo is signed in. */
export const demoOwner: string = people.joanna.email

export type DemoParts = {
  composed: Composed
  ground: EmbeddedGround
  clock: StoryClock
  /** The owner's; the others' are random and known to nobody. */
  password: string
}

/** After the story, so that the door opens first. */
const eventsAfterMs = 500
const jobsAfterMs = 1_500

/**
 * Makes the demo workspace in an installation that holds nobody. What follows from it (search, the audit log, the sizes of
 * pictures) is made when the story is over and the clock is live.
 */
export async function tellDemo(parts: DemoParts): Promise<void> {
  const { ground, clock } = parts
  const release = ground.bus.hold()
  // What goes wrong in the story belongs to it, and is told in the app.
  const speakAgain = ground.log.only('error')
  try {
    await tell(parts)
  } catch (error) {
    release()
    throw error
  } finally {
    speakAgain()
  }
  clock.at(clock.now() + eventsAfterMs, release)
  clock.at(
    clock.now() + jobsAfterMs,
    () =>
      void ground.jobs
        .resume()
        .catch((error: unknown) => ground.log.warn('jobs do not go on after the demo', { error })),
  )
}

async function tell(parts: DemoParts): Promise<void> {
  const today = wallClock(Date.now()).slice(0, 10)
  const file = archive()
  parts.clock.set(moment(today, [-22, '09:05']))
  const cast = await foundStudio(parts, parts.password)
  const { calls, workspaceId, as } = cast
  const newsletter = connectNewsletter(cast)
  const importing = nameTerms(cast).then(async () => importTexts(cast, await file, parts.ground.jobs))
  await Promise.all([
    importing,
    inviteEveryone(parts, cast),
    dressSite(cast),
    calls.identity.markDemo(undefined, { workspaceId }),
  ])
  const [books, channels] = await Promise.all([
    shelf(cast),
    calls.publishing.listChannels(undefined, await as('joanna')),
  ])
  const site = channels.find(({ network }) => network === 'floowe-site')
  if (!site) throw new Error('the demo has no site')
  const stage: Stage = {
    ...cast,
    shelf: books,
    today,
    site,
    newsletter: await Promise.race([newsletter, pause(nameLookupMsMax, null, { ref: false })]),
  }
  await tellWeeks(stage)
  parts.clock.set(new Date().toISOString())
  await countReaders(stage)
}

/** An address is looked up when its channel is connected. Where names are slow to resolve, the story goes on without it. */
const nameLookupMsMax = 200
const connectNewsletter = async ({ calls, as }: Cast): Promise<Channel | null> =>
  calls.publishing
    .createChannel(
      { network: 'webhook', name: 'Newsletter', url: 'https://hooks.example.org/brzegi/newsletter' },
      await as('joanna'),
    )
    .catch(() => null)

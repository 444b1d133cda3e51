/** What happens in the weeks before today and what is planned after it, moment by moment, in the story's own time. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Body } from '@floowe/contracts/body'
import type { Edition } from '@floowe/contracts/content'
import type { Channel } from '@floowe/contracts/channels'
import type { Delivery } from '@floowe/contracts/publishing'
import { instantAt, isWorkingDay, wallClock, workingDay, zone } from './days.ts'
import { clash, ideas, templates } from './drafts.ts'
import { describePictures, type Shelf } from './magazine.ts'
import { type Cast, people, type PersonName } from './people.ts'

/** Working days before today (above zero: after it) and an hour. */
type When = readonly [days: number, time: string]

/** What went out on the site, in its order. Texts of one line went out together. */
export const published: readonly (readonly [When, ...string[]])[] = [
  [[-20, '10:00'], 'o-nas', 'about', 'kontakt', 'contact'],
  [[-20, '18:30'], 'prom-ktory-nie-ma-silnika', 'a-ferry-without-an-engine'],
  [[-18, '18:30'], 'przepis-na-newsletter'],
  [[-16, '10:00'], 'counting-readers-without-following-them'],
  [[-14, '18:30'], 'ogonek-nie-jest-ozdoba', 'the-ogonek-is-not-an-ornament'],
  [[-12, '18:30'], 'noc-w-drukarni'],
  [[-11, '10:00'], 'alt-text-for-someone-who-trusts-you'],
  [[-9, '18:30'], 'kalendarz-ktory-nie-klamie', 'editorial-calendar'],
  [[-7, '10:00'], 'the-shop-that-mends-maps'],
  [[-5, '18:30'], 'niski-stan-to-tez-wiadomosc'],
  [[-4, '18:30'], 'kiedy-czytamy-dlugie-teksty', 'when-do-people-read-long-pieces'],
  [[-2, '18:30'], 'atlas-ktorego-nikt-nie-zamawial', 'atlas-nobody-ordered'],
]
/** The last line is still being written when the others are planned. */
const plannedEarly = published.slice(0, -1)

export type Stage = Cast & { shelf: Shelf; today: string; site: Channel; newsletter: Channel | null }
/** What is under way: plans by slug, and texts as they came with the number of their newest save. */
type Desk = Stage & { plans: Map<string, Delivery>; texts: Map<string, { first: Body; revision: number }> }

export const moment = (today: string, [days, time]: When): string => instantAt(dayOf(today, days), time)
const dayOf = (today: string, days: number): string => (days === 0 ? today : workingDay(today, days))

/** Tells the weeks up to today. */
export async function tellWeeks(stage: Stage): Promise<void> {
  const desk: Desk = { ...stage, plans: new Map(), texts: new Map() }
  const out = [...published, [[-1, '10:00'], clash.slug] as const]
  const scenes = [
    ...scenesOf(desk),
    ...out.map(([when, ...slugs]): Scene => [when, () => untilOut(desk, slugs), 'due']),
  ]
  const inOrder = scenes
    .map(([when, act, isDue]) => ({ at: moment(stage.today, when), act, isDue }))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  for (const { at, act, isDue } of inOrder) {
    // Most scenes are of people at work; only where something falls due has publishing to look up.
    if (isDue) stage.clock.set(at)
    else stage.clock.pass(at)
    await act()
  }
}

type Scene = readonly [When, () => Promise<unknown>, 'due'?]

function scenesOf(stage: Desk): Scene[] {
  const { calls, as, shelf } = stage
  const setStatus = async (who: PersonName, slug: string, status: 'changes-requested' | 'archived' | 'in-review') =>
    calls.content.setStatus({ id: shelf.edition(slug).id, status }, await as(who))
  return [
    [[-21, '10:40'], () => describePictures(stage)],
    [
      [-21, '11:20'],
      () =>
        Promise.all(
          plannedEarly.flatMap(([when, ...slugs], index) =>
            slugs.map((slug) => plan(stage, index % 2 ? 'anna' : 'joanna', slug, when)),
          ),
        ),
    ],
    // Everyone looks in now and then; a session that nobody uses for a month ends.
    [[-11, '08:50'], () => Promise.all((Object.keys(people) as PersonName[]).map(as))],
    ...ideas.map(
      ({ by, daysAgo, time, category, tags, ...idea }): Scene => [
        [-daysAgo, time],
        async () =>
          calls.content.createArticle({ ...idea, status: 'idea', categories: [category], tags }, await as(by)),
      ],
    ),
    [[-8, '10:15'], () => planAndCancel(stage)],
    [
      [-6, '12:10'],
      () =>
        revise(stage, 'anna', 'editorial-calendar', {
          slug: 'a-calendar-that-tells-the-truth',
          note: 'Adres jak tytuł',
        }),
    ],
    [
      [-6, '15:30'],
      async () =>
        Promise.all([
          setStatus('anna', 'ile-wazy-obrazek', 'changes-requested'),
          setStatus('joanna', 'ankieta-czytelnikow', 'archived'),
        ]),
    ],
    [
      [-5, '14:12'],
      () =>
        revise(stage, 'marek', 'atlas-ktorego-nikt-nie-zamawial', {
          title: 'Atlas, którego nikt nie zamawiał',
          body: (body) => without(body, 10, 13),
          note: 'Krócej, bez listów od czytelników',
        }),
    ],
    [[-5, '17:00'], () => planLetters(stage)],
    [
      [-4, '09:40'],
      () =>
        revise(stage, 'joanna', 'atlas-ktorego-nikt-nie-zamawial', {
          lead: 'Dwie osoby, jeden rower i brzeg narysowany ręcznie.',
          note: 'Lead bez liczby, do rozmowy',
        }),
    ],
    [
      [-4, '12:00'],
      async () =>
        stage.newsletter
          ? calls.publishing.updateChannel({ id: stage.newsletter.id, paused: true }, await as('tomasz'))
          : null,
    ],
    [
      [-3, '11:00'],
      () =>
        revise(stage, 'marek', 'kiedy-czytamy-dlugie-teksty', {
          lead: 'Sprawdziliśmy, o jakiej porze wizyta zamienia się w lekturę. Wynik kazał nam przesunąć newsletter o osiem i pół godziny.',
          note: 'Poprawiony lead po liście od czytelniczki',
        }),
    ],
    [
      [-3, '11:20'],
      async () =>
        calls.publishing.planDelivery(
          { editionId: shelf.edition('kiedy-czytamy-dlugie-teksty').id, channelId: stage.site.id, when: { now: true } },
          await as('joanna'),
        ),
    ],
    [
      [-3, '16:05'],
      () => revise(stage, 'anna', 'atlas-ktorego-nikt-nie-zamawial', { note: 'Wraca zakończenie i pełny lead' }),
    ],
    [
      [-3, '16:40'],
      () =>
        Promise.all((published.at(-1) ?? []).slice(1).map((slug) => plan(stage, 'anna', String(slug), [-2, '18:30']))),
    ],
    [[-2, '11:05'], () => planClash(stage)],
    [
      [-2, '13:30'],
      () =>
        revise(stage, 'aleksandra', 'muzeum-ktore-przestalo-pisac-o-sobie', {
          lead: 'Muzeum Rzeki miało czternaście wpisów tygodniowo i trzydziestu czytelników. Dziś ma dwa wpisy.',
          note: 'Przed autoryzacją',
        }),
    ],
    [
      [-1, '11:45'],
      () =>
        Promise.all([
          revise(stage, 'anna', 'muzeum-ktore-przestalo-pisac-o-sobie', {
            note: 'Po autoryzacji: wraca nazwa miejscowości',
          }),
          revise(stage, 'tomasz', 'reading-the-log-backwards', { note: 'Archiwum potwierdziło liczbę dzienników' }),
        ]),
    ],
    [
      [-1, '14:20'],
      () =>
        Promise.all([
          revise(stage, 'marek', 'zima-w-miescie-nad-rzeka', { reason: 'autosaved' }),
          ...templates.map(async (template) => calls.content.createTemplate(template, await as('joanna'))),
        ]),
    ],
    [[-1, '15:40'], () => planAhead(stage)],
  ]
}

async function plan(
  { calls, as, shelf, today, site, plans }: Desk,
  who: PersonName,
  slug: string,
  [days, time]: When,
  channel: Channel = site,
): Promise<Delivery> {
  const planned = await calls.publishing.planDelivery(
    {
      editionId: shelf.edition(slug).id,
      channelId: channel.id,
      when: { wallTime: `${dayOf(today, days)}T${time}`, zone },
    },
    await as(who),
  )
  if (channel === site) plans.set(slug, planned)
  return planned
}

type Revision = {
  title?: string
  lead?: string
  slug?: string
  body?: (body: Body) => Body
  note?: string
  reason?: 'saved' | 'autosaved'
}

/** Each save starts from the text as it came, so that the last one brings everything back. */
async function revise(
  { calls, as, shelf, texts }: Desk,
  who: PersonName,
  slug: string,
  { title, lead, slug: address, body, note, reason }: Revision,
): Promise<void> {
  const { id, title: firstTitle, lead: firstLead } = shelf.edition(slug)
  const person = await as(who)
  const known = texts.get(slug) ?? (await opened(calls.content.getEdition({ id }, person)))
  const change = {
    title: title ?? firstTitle,
    lead: lead ?? firstLead,
    body: body ? body(known.first) : known.first,
    ...(address ? { slug: address } : {}),
  }
  const saved = await calls.content.saveEdition(
    { id, basedOn: known.revision, ...change, reason: reason ?? 'saved', note: note ?? '' },
    person,
  )
  texts.set(slug, { first: known.first, revision: saved.revision })
}

const opened = async (asked: Promise<Edition>): Promise<{ first: Body; revision: number }> => {
  const { body, revision } = await asked
  return { first: body, revision }
}

const without = (body: Body, from: number, to: number): Body => ({
  type: 'doc',
  content: body.content.filter((_, index) => index < from || index >= to),
})

/** A plan that somebody thought better of. */
async function planAndCancel(stage: Desk): Promise<void> {
  const { id } = await plan(stage, 'anna', 'write-the-correction-before-you-need-it', [-3, '10:00'])
  await stage.calls.publishing.cancelDelivery({ id }, await stage.as('anna'))
}

/** Letters to the newsletter's list. The next day its channel is paused, so the first one is missed and the others wait. */
async function planLetters(stage: Desk): Promise<void> {
  const { newsletter } = stage
  if (!newsletter) return
  await Promise.all([
    plan(stage, 'anna', 'niski-stan-to-tez-wiadomosc', [-3, '18:30'], newsletter),
    plan(stage, 'anna', 'kiedy-czytamy-dlugie-teksty', [3, '18:30'], newsletter),
    plan(stage, 'anna', 'noc-w-drukarni', [8, '18:30'], newsletter),
    plan(stage, 'anna', 'ogonek-nie-jest-ozdoba', [13, '18:30'], newsletter),
  ])
}

async function planClash({ calls, as, today, site, plans }: Desk): Promise<void> {
  const author = await as('marek')
  const { article, edition } = await calls.content.createArticle(
    { ...clash, language: 'en', status: 'approved', categories: ['Praktyka'], tags: ['planowanie'] },
    author,
  )
  await calls.content.updateArticle({ id: article.id, basedOn: article.revision, authors: ['Marek Czyż'] }, author)
  plans.set(
    clash.slug,
    await calls.publishing.planDelivery(
      { editionId: edition.id, channelId: site.id, when: { wallTime: `${dayOf(today, -1)}T10:00`, zone } },
      await as('anna'),
    ),
  )
}

/** The next three weeks. What may go out today does, if the day is not too old. */
async function planAhead(stage: Desk): Promise<void> {
  const { today } = stage
  const isEarly = isWorkingDay(today) && wallClock(Date.now()).slice(11) < '17:30'
  await Promise.all([
    plan(stage, 'joanna', 'muzeum-ktore-przestalo-pisac-o-sobie', isEarly ? [0, '18:30'] : [1, '18:30']),
    plan(stage, 'anna', 'reading-the-log-backwards', [2, '10:00']),
    plan(stage, 'anna', 'siedem-pytan-przed-publikacja', [4, '18:30']),
    plan(stage, 'joanna', 'write-the-correction-before-you-need-it', [6, '10:00']),
    plan(stage, 'anna', 'editorial-calendar', [7, '10:00']),
    plan(stage, 'joanna', 'the-woman-who-paints-boat-names', [11, '10:00']),
  ])
}

const waitMsMax = 10_000
/** Sooner nothing is out, and asking takes from what is being waited for. */
const outInMs = 30
const lookEveryMs = 10

/** Resolves when the plans of these texts are out, or have failed. */
async function untilOut({ calls, as, plans }: Desk, slugs: readonly string[]): Promise<void> {
  const giveUpAt = Date.now() + waitMsMax
  await pause(outInMs)
  for (const slug of slugs) {
    const id = plans.get(slug)?.id
    if (!id) throw new Error(`the demo never planned ${slug}`)
    while (
      ['planned', 'sending', 'retrying'].includes(
        (await calls.publishing.getDelivery({ id }, await as('joanna'))).state,
      )
    ) {
      if (Date.now() > giveUpAt) throw new Error('what was due in the demo does not go out')
      await pause(lookEveryMs)
    }
  }
}

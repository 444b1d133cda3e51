/** Letters: what they say in both languages, and that many notifications make one. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IdentityWorld, identityWorld } from '../identity-world.ts'
import { type Mailbox, startMailbox } from '../mailbox.ts'
import { digestLetter } from './digest.ts'
import { approvalFacts, deliveryFacts } from './test-events.ts'
import { counted, type Told } from './words.ts'

const place = { name: 'Studio Wisła', url: 'https://floowe.example/w/studio-wisla' }
const polish = { name: 'Ola', locale: 'pl', zone: 'Europe/Warsaw' } as const
const english = { name: 'Ola', locale: 'en', zone: 'America/New_York' } as const
const failed: Told = { kind: 'failed', data: { ...deliveryFacts('x', 'Łódź o świcie'), network: 'x', code: 'refused' } }
const { asked, decided } = approvalFacts('x')

describe('a letter', () => {
  test('about one thing says it in the subject, and leads there', () => {
    const letter = digestLetter([failed], polish, place)
    expect(letter.subject).toBe('Wysyłka nieudana: „Łódź o świcie” (X) – Studio Wisła')
    const link = `https://floowe.example/w/studio-wisla/deliveries/${(failed.data as { deliveryId: string }).deliveryId}`
    expect(letter.text).toContain(
      `Wysyłka nieudana: „Łódź o świcie” (X)\nNa stronie wysyłki widać dlaczego. Stamtąd możesz spróbować ponownie.\n${link}\n`,
    )
    expect(letter.text).toContain('https://floowe.example/w/studio-wisla/account#notifications')
    expect(letter.html).toContain(`<a href="${link}"`)
    expect(letter.html).toContain('<html lang="pl">')
    // Nothing is fetched when it is opened.
    expect(letter.html).not.toMatch(/<img|<link|url\(/)
    expect(digestLetter([failed], english, place).subject).toBe('Delivery failed: “Łódź o świcie” (X) – Studio Wisła')
  })

  test('prints times in the reader’s zone, and says which', () => {
    const toApprove: Told = { kind: 'to-approve', data: { ...asked, by: 'x', byName: 'Jan Lis' } }
    expect(digestLetter([toApprove], polish, place).text).toMatch(
      /Prosi Jan Lis\. Termin publikacji: 24 listopada 2026.* 09:00 \(Europe\/Warsaw\)\. Rzuć okiem/,
    )
    expect(digestLetter([toApprove], english, place).text).toMatch(
      /Jan Lis asks\. Due to go out: 24 November 2026.* 03:00 \(America\/New_York\)\. Rzuć okiem/,
    )
  })

  test.each<[string, Told, string, string]>([
    ['approved', { kind: 'decided', data: { ...decided, outcome: 'approved' } }, 'Zaakceptowane', 'Approved'],
    [
      'changes',
      { kind: 'decided', data: { ...decided, outcome: 'changes-requested' } },
      'Do poprawy',
      'Changes requested',
    ],
    [
      'void',
      { kind: 'decided', data: { ...decided, outcome: 'void' } },
      'Akceptacja straciła ważność',
      'No longer approved',
    ],
    [
      'needs a person',
      { kind: 'needs-human', data: deliveryFacts('x') },
      'Sprawdź, czy wyszło',
      'Look whether it went out',
    ],
    ['missed', { kind: 'missed', data: deliveryFacts('x') }, 'Wysyłka pominięta', 'Delivery missed'],
    [
      'attention',
      { kind: 'connection', data: { name: 'Gazeta', network: 'x', problem: 'attention', endsAt: null } },
      'Kanał wymaga uwagi: Gazeta (X)',
      'A channel needs attention: Gazeta (X)',
    ],
    [
      'expiring',
      {
        kind: 'connection',
        data: { name: 'Gazeta', network: 'linkedin', problem: 'expiring', endsAt: '2026-12-01T11:00:00.000Z' },
      },
      'Połącz ponownie przed: 1 grudnia 2026',
      'Connect it again before 1 December 2026',
    ],
    ['no title', { kind: 'missed', data: deliveryFacts('x', '') }, 'Bez tytułu', 'Untitled'],
  ])('%s, in both languages', (_, told, pl, en) => {
    expect(digestLetter([told], polish, place).text).toContain(pl)
    expect(digestLetter([told], english, place).text).toContain(en)
  })

  test('about many counts them by kind, lists twenty and says how many more', () => {
    const many = [...Array.from({ length: 22 }, () => failed), { kind: 'missed', data: deliveryFacts('x') } as const]
    const letter = digestLetter(many, polish, place)
    expect(letter.subject).toBe('22 nieudane wysyłki, 1 pominięta wysyłka – Studio Wisła')
    expect(letter.text.match(/Wysyłka nieudana/g)).toHaveLength(20)
    expect(letter.text).toContain('I jeszcze 3 powiadomienia.')
    expect(letter.html).toContain('I jeszcze 3 powiadomienia.')
    expect(digestLetter(many, english, place)).toMatchObject({
      subject: '22 failed deliveries, 1 missed delivery – Studio Wisła',
      text: expect.stringContaining('And 3 more.'),
    })
    expect(digestLetter(many.slice(0, 20), polish, place).text).not.toContain('I jeszcze')
  })

  test.each([
    [1, '1 wysyłka'],
    [2, '2 wysyłki'],
    [4, '4 wysyłki'],
    [5, '5 wysyłek'],
    [12, '12 wysyłek'],
    [22, '22 wysyłki'],
    [112, '112 wysyłek'],
  ])('counts %i in Polish', (n, text) => {
    expect(counted(n, { pl: ['wysyłka', 'wysyłki', 'wysyłek'], en: ['delivery', 'deliveries'] }, 'pl')).toBe(text)
  })

  test('shows what people typed as text, and its subject is one line of bounded length', () => {
    const title = `<script>alert('1')</script>${'ą'.repeat(400)}`
    const letter = digestLetter([{ kind: 'missed', data: deliveryFacts('x', title) }], polish, place)
    expect(letter.html).not.toContain('<script>')
    expect(letter.html).toContain('&lt;script&gt;')
    expect(letter.subject).toHaveLength(200)
  })
})

describe('by mail', () => {
  let mailbox: Mailbox
  let world: IdentityWorld
  let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
  beforeAll(async () => {
    mailbox = await startMailbox()
    world = await identityWorld({ smtpUrl: mailbox.url })
    owner = await world.setUp()
  })
  afterAll(async () => {
    await world.stop()
    await mailbox.stop()
  })

  /** Her tokens last a minute, the story longer. */
  const ola = () => world.as(owner.session)
  const publish = async (...titles: string[]): Promise<void> => {
    await world.ground.bus.publish(
      titles.map((title) => ({
        id: randomUUID(),
        name: 'publishing.delivery-missed',
        workspaceId: owner.workspaceId,
        key: 'k',
        at: world.clock.instant(),
        actor: 'service:publishing',
        requestId: null,
        data: { ...deliveryFacts(owner.userId, title), state: 'missed' },
      })),
    )
    await world.drain()
  }
  const dueInMs = async (): Promise<number | null> => {
    const [row] = await world.sql<{ due_at: Date }>('select due_at from notification_letters')
    return row ? row.due_at.getTime() - world.clock.now() : null
  }
  const openLetters = async () => (await world.sql('select from notification_letters')).length
  /** Time goes on until the letter has been handed to its job, and that has ended. */
  const sentOff = async (): Promise<void> => {
    await expect
      .poll(() => {
        world.clock.advance(15_000)
        return openLetters()
      })
      .toBe(0)
    await world.drain()
  }

  test('fifty at once are one letter, to the person, in their language', async () => {
    await publish(...Array.from({ length: 50 }, (_, n) => `Tekst ${n}`))
    expect(await openLetters()).toBe(1)
    expect(mailbox.received).toEqual([])
    await sentOff()
    expect(mailbox.received).toHaveLength(1)
    expect(mailbox.received[0]).toMatchObject({
      to: 'ola@example.com',
      subject: '50 pominiętych wysyłek – Studio Żółw',
      messageId: expect.stringMatching(/^[0-9a-f-]{36}@floowe\.example$/),
    })
    expect(mailbox.received[0]?.content).toContain('I jeszcze 30 powiadomień.')
    expect(mailbox.received[0]?.content).toContain('https://floowe.example/w/studio-zolw/notifications')
    // And no second one about the same.
    world.clock.advance(10 * 60_000)
    await world.drain()
    expect(mailbox.received).toHaveLength(1)
  })

  test('a letter waits for a quiet minute, and at most five', async () => {
    await publish('Pierwszy')
    expect(await dueInMs()).toBe(60_000)
    for (let minute = 0; minute < 5; minute++) {
      world.clock.advance(50_000)
      await publish(`Następny ${minute}`)
      expect(await dueInMs()).toBe(Math.min(60_000, 300_000 - (minute + 1) * 50_000))
    }
    mailbox.received.length = 0
    await sentOff()
    expect(mailbox.received.map(({ subject }) => subject)).toEqual(['6 pominiętych wysyłek – Studio Żółw'])
  })

  test('what was read in the app meanwhile is not mailed', async () => {
    mailbox.received.length = 0
    await publish('Przeczytane')
    await (await ola()).markRead({ until: world.clock.instant() })
    await sentOff()
    expect(mailbox.received).toEqual([])
    await publish('Przeczytane też', 'Nieprzeczytane')
    const { items } = await (await ola()).listNotifications({ unread: true })
    const read = items.filter(({ data }) => 'title' in data && data.title === 'Przeczytane też').map(({ id }) => id)
    await (await ola()).markRead({ ids: read })
    await sentOff()
    expect(mailbox.received.map(({ subject }) => subject)).toEqual([
      'Wysyłka pominięta: „Nieprzeczytane” (webhook) – Studio Żółw',
    ])
  })

  test('a kind is mailed or not as the person chose, also when it is not kept in the app', async () => {
    mailbox.received.length = 0
    expect(await (await ola()).getNotificationSettings(undefined)).toMatchObject({ hasMail: true })
    await (await ola()).updateNotificationSettings({ choices: [{ kind: 'missed', way: 'mail', isOn: false }] })
    await publish('Bez listu')
    expect(await openLetters()).toBe(0)
    await (await ola()).updateNotificationSettings({
      choices: [
        { kind: 'missed', way: 'mail', isOn: true },
        { kind: 'missed', way: 'app', isOn: false },
      ],
    })
    const { total } = await (await ola()).listNotifications({})
    await publish('Tylko listem')
    await sentOff()
    expect(mailbox.received.map(({ subject }) => subject)).toEqual([
      'Wysyłka pominięta: „Tylko listem” (webhook) – Studio Żółw',
    ])
    expect((await (await ola()).listNotifications({})).total).toBe(total)
    await (await ola()).updateNotificationSettings({ choices: [{ kind: 'missed', way: 'app', isOn: true }] })
  })

  test('a busy mail server is asked again, with the same letter', async () => {
    mailbox.received.length = 0
    mailbox.refuse(Object.assign(new Error('busy'), { responseCode: 451 }))
    await publish('Cierpliwie')
    await sentOff()
    const [job] = await world.sql<{ id: string; attempts: number }>(
      "select id, attempts from jobs where kind = 'identity.notification-letter' and state = 'waiting'",
    )
    expect(job?.attempts).toBe(1)
    mailbox.refuse(null)
    world.clock.advance(10 * 60_000)
    await expect.poll(() => mailbox.received.length, { timeout: 20_000 }).toBe(1)
    expect(mailbox.received[0]?.messageId).toBe(`${job?.id}@floowe.example`)
  })

  test('no title of a text stands in what jobs keep', async () => {
    const jobs = await world.sql<{ input: object }>(
      "select input from jobs where kind = 'identity.notification-letter'",
    )
    expect(jobs.length).toBeGreaterThan(0)
    expect(jobs.filter(({ input }) => Object.keys(input).join() !== 'userId')).toEqual([])
  })
})

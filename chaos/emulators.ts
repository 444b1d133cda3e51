/** A process of its own with every emulator. It is told what to do by messages (`door.ts`) and ends when the one who asks is gone. */
import type { Vendor } from '@floowe/emulators/vendor'
import { startWebhookReceiver, type WebhookReceiver } from '@floowe/emulators/webhook-receiver'
import type { Evidence, Making, Order, Places } from './door.ts'
import { type Place, rows } from './networks.ts'
import { letterOf, network as newsletter } from './newsletter.ts'
import { forMail, forReceiver, isMaking, type Weather, weatherOf, wordIn } from './schedule.ts'

const vendors = new Map<string, Vendor>()
const makings: Making[] = []
let receiver: WebhookReceiver | null = null
let hasBegun = false

/** Whose words these are. The same letter to another reader is another thing. */
function ownerOf(network: string, text: string, account: string): string | null {
  const word = wordIn(text)
  return word !== null && network === newsletter ? letterOf(word, account) : word
}

async function start(weather: Weather): Promise<Places> {
  const { hangMs } = weather
  const places: Record<string, Place> = {}
  for (const [network, row] of Object.entries(rows)) {
    const { vendor, place } = await row({ hangMs, listingDelayMs: weather.listingDelayMs(network) })
    vendors.set(network, vendor)
    places[network] = place
    const counts = new Map<string, number>()
    vendor.faults.concerns(isMaking)
    vendor.faults.always(({ body, path }, count) => {
      const word = ownerOf(network, body.toString('utf8'), path)
      const attempt = (counts.get(word ?? '') ?? 0) + 1
      counts.set(word ?? '', attempt)
      const met = hasBegun ? weather.faultOf(network, word ?? String(count), attempt) : 'ok'
      const fault = network === newsletter ? forMail(met) : met
      makings.push({ network, word, atMs: Date.now(), fault })
      return fault
    })
  }
  receiver = await startWebhookReceiver({ hangMs })
  const { url } = receiver
  // It shows no words here: which delivery meets a fault is chance, how many do is the seed's.
  let count = 0
  receiver.faults.always(({ attempt }) => {
    count += 1
    return hasBegun ? forReceiver(weather.faultOf('webhook', String(count), attempt)) : 'ok'
  })
  places['webhook'] = { url, variables: {}, connecting: { by: 'webhook', url } }
  return places
}

function read(): Evidence {
  const received = (receiver?.log() ?? []).filter(({ type }) => type !== 'floowe.test')
  return {
    makings: [
      ...makings,
      ...received.map(({ raw, arrivedMs: atMs, fault }) => ({ network: 'webhook', word: wordIn(raw), atMs, fault })),
    ],
    effects: [
      ...[...vendors].flatMap(([network, vendor]) =>
        vendor
          .effects()
          .map(({ kind, id, text, account }) => ({ network, word: ownerOf(network, text, account), kind, id })),
      ),
      ...received
        .filter(({ isEffect }) => isEffect)
        .map(({ id, raw }) => ({ network: 'webhook', word: wordIn(raw), kind: 'created' as const, id })),
    ],
  }
}

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'start') return await start(weatherOf(order.climate))
  if (order.do === 'begin') hasBegun = true
  else if (order.do === 'trust') receiver?.trust(order.secret)
  else return read()
  return null
}

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

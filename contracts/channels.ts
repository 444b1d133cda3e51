/** Connected accounts: made, changed, tested, connected anew, removed. */
import { z } from 'zod'
import { ConnectField, Network, NetworkFacts } from './networks.ts'
import { operation } from './operation.ts'
import { ChannelId, Instant, line, WebAddress } from './vocabulary.ts'

export const Channel = z.object({
  id: ChannelId,
  network: Network,
  name: z.string(),
  /** `attention`: the far side refused us for good (a webhook answered 410); a person must act. */
  state: z.enum(['connected', 'paused', 'attention']),
  stateReason: z.string().nullable(),
  settings: z.object({ url: z.string().nullable() }),
  /** As the network calls it: a handle, the name of a site or room; null for what is not an account. */
  account: z.string().nullable(),
  /** When the network lets us in no longer, unless a person connects it again before; null: no end is known. */
  endsAt: Instant.nullable(),
  createdAt: Instant,
  lastDeliveryAt: Instant.nullable(),
})
export type Channel = z.infer<typeof Channel>

const tag = 'Publishing'
const channel = z.object({ id: ChannelId })
/** The network did not let us in. */
const refused = {
  'connection-refused': { status: 422, data: z.object({ code: z.string(), text: z.string() }) },
  'account-taken': { status: 409, data: z.object({ channelId: ChannelId }) },
} as const
const ConnectionId = z.uuid()
const ConnectFields = z.partialRecord(ConnectField.shape.name, z.string().trim().max(4_000))
const blocked = { 'blocked-address': { status: 422, data: z.object({ reason: z.string() }) } } as const

export const channelOperations = {
  listNetworks: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/networks',
    summary: 'What can be connected, what it asks for and what it takes',
  }).output(z.array(NetworkFacts.extend({ isReady: z.boolean().describe('the operator has set it up') }))),
  listChannels: operation(tag, 'publishing:read', {
    method: 'GET',
    path: '/channels',
    summary: 'Connected channels',
  }).output(z.array(Channel)),
  createChannel: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels',
    summary: 'Connect a channel; a webhook answers its signing secret once',
    successStatus: 201,
  })
    .errors({
      ...blocked,
      ...refused,
      'name-taken': { status: 409 },
      'too-many-channels': { status: 409, data: z.object({ max: z.number().int() }) },
    })
    .input(
      z.object({
        network: Network.exclude(['floowe-site']),
        /** Left out: as the network calls the account. */
        name: line(80).optional(),
        url: WebAddress.optional(),
        /** What `listNetworks` asks for, by name. */
        fields: ConnectFields.default({}),
      }),
    )
    .output(Channel.extend({ secret: z.string().nullable() })),
  /** For networks that ask the person on a page of their own. The person comes back to `/connect` with `state` and `code`. */
  beginConnection: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/connections',
    summary: 'Begin to connect an account; answers the address of the network’s own page',
    successStatus: 201,
  })
    .errors({ 'network-not-set-up': { status: 409 } })
    .input(z.object({ network: Network, channelId: ChannelId.optional() }))
    .output(z.object({ address: z.string() })),
  finishConnection: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/connections/accounts',
    summary: 'What the person granted: accounts to choose from',
  })
    .errors({ ...refused, 'connection-expired': { status: 409 } })
    .input(z.object({ state: z.string().min(1).max(200), code: z.string().min(1).max(4_000) }))
    .output(
      z.object({
        id: ConnectionId,
        network: Network,
        /** The channel that is connected anew. */
        channelId: ChannelId.nullable(),
        accounts: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            kind: z.enum(['person', 'page', 'organisation']),
            /** The channel that has it already. */
            channelId: ChannelId.nullable(),
          }),
        ),
      }),
    ),
  chooseAccount: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/connections/{id}/channels',
    summary: 'Make a channel of one of these accounts, or connect it anew',
    successStatus: 201,
  })
    .errors({
      ...refused,
      'connection-expired': { status: 409 },
      'other-account': { status: 409, data: z.object({ account: z.string() }) },
      'name-taken': { status: 409 },
      'too-many-channels': { status: 409, data: z.object({ max: z.number().int() }) },
    })
    .input(z.object({ id: ConnectionId, accountId: z.string().max(400) }))
    .output(Channel),
  reconnectChannel: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{id}/connection',
    summary: 'Connect the same account anew',
  })
    .errors({ ...blocked, ...refused, 'other-account': { status: 409, data: z.object({ account: z.string() }) } })
    .input(channel.extend({ fields: ConnectFields }))
    .output(Channel),
  updateChannel: operation(tag, 'publishing:channels', {
    method: 'PATCH',
    path: '/channels/{id}',
    summary: 'Rename, pause, resume, change the address',
  })
    .errors({ ...blocked, 'name-taken': { status: 409 } })
    .input(channel.extend({ name: line(80).optional(), url: WebAddress.optional(), paused: z.boolean().optional() }))
    .output(Channel),
  rotateChannelSecret: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{id}/secret',
    summary: 'A new signing secret; the old one signs too for 24 hours',
  })
    .errors({ 'no-secret': { status: 409 } })
    .input(channel)
    .output(z.object({ secret: z.string() })),
  testChannel: operation(tag, 'publishing:channels', {
    method: 'POST',
    path: '/channels/{id}/test',
    summary: 'Send a signed test message',
  })
    .input(channel)
    .output(
      z.object({
        ok: z.boolean(),
        status: z.number().nullable(),
        code: z.string().nullable(),
        text: z.string().nullable(),
      }),
    ),
  removeChannel: operation(tag, 'publishing:channels', {
    method: 'DELETE',
    path: '/channels/{id}',
    summary: 'Disconnect a channel; its open plans are cancelled',
  })
    .errors({ 'built-in': { status: 409 } })
    .input(channel)
    .output(z.object({})),
}

/**
 * Changing the secret of an installation that runs; see `docs/operations.md`. A process has the ring it was started with: a new
 * secret is written down first, a restart brings it in, then everything sealed is brought under it, and the old one can go.
 */
import { randomBytes } from 'node:crypto'
import type { SecretWork } from '@floowe/gateway'
import { createSealer, type DatabaseAddress, type Ground, retiredContext } from '@floowe/platform/ground'
import pg from 'pg'
import { quoted } from '../backup/tables.ts'
import { withClient } from '../installation-state.ts'
import { ringsOf } from '../presence.ts'
import { StartRefused } from '../start-refused.ts'
import { countHeld, type Held, lastingPurposes } from './places.ts'
import { ringOf, secretsIn } from './ring.ts'
import { wrapAll } from './wrapping.ts'

/** Where the secret is kept when no setting gives it. */
export type SecretFile = { read: () => string; write: (secrets: readonly string[]) => void }

const newSecretBytes = 32

/** @param options.file null: the secret is a setting, and only whoever sets it can change it */
export function secretWork(options: {
  ground: Pick<Ground, 'sealer' | 'clock'> & { admin: DatabaseAddress }
  file: SecretFile | null
}): SecretWork {
  const { ground, file } = options
  const { keyIds, keyId } = ground.sealer
  const older = keyIds.slice(1)
  const within = <Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> =>
    withClient(ground.admin, work)
  /** The first key of what is written down, where that is another ring than this process has. */
  const waiting = (): string | null => {
    if (!file) return null
    const written = createSealer(ringOf(file.read())).keyIds
    return written.join() === keyIds.join() ? null : (written[0] ?? null)
  }
  return {
    status: () =>
      within(async (client) => {
        const held = await countHeld(client)
        const keys = [...new Set([...keyIds, ...held.map((one) => one.keyId)])]
        return {
          keptIn: file ? 'file' : 'settings',
          restartFor: waiting(),
          keys: keys.map((id) => ({ keyId: id, role: roleOf(id, keyIds), values: countOf(held, id) })),
          places: held,
          processes: await ringsOf(client),
        }
      }),
    rotate: async function* () {
      const restartFor = waiting()
      if (restartFor) return yield { step: 'restart', keyId: restartFor }
      if (older.length === 0) {
        if (!file) throw fromSettings()
        const secret = randomBytes(newSecretBytes).toString('base64url')
        file.write([secret, ...secretsIn(file.read())])
        return yield { step: 'restart', keyId: createSealer(ringOf(secret)).keyId }
      }
      await within((client) => refuseUnlessAlike(client, keyId))
      yield* bringOver(ground)
    },
    forget: () =>
      within(async (client) => {
        if (waiting())
          throw new StartRefused(
            'restart-needed',
            'The secret was changed since this Floowe was started: restart it first.',
          )
        if (older.length === 0)
          throw new StartRefused('nothing-to-forget', `There is one secret, and its key ${keyId} is in use.`)
        await refuseUnlessAlike(client, keyId)
        refuseWhileNeeded(await countHeld(client), older)
        await keepLasting(client, ground, older)
        file?.write(secretsIn(file.read()).slice(0, 1))
        return { keyId, forgotten: older, keptIn: file ? 'file' : 'settings' }
      }),
  }
}

const roleOf = (id: string, keyIds: readonly string[]): 'seals' | 'opens' | 'missing' =>
  id === keyIds[0] ? 'seals' : keyIds.includes(id) ? 'opens' : 'missing'
const countOf = (held: readonly Held[], id: string): number =>
  held.reduce((sum, one) => sum + (one.keyId === id ? one.values : 0), 0)

async function* bringOver({
  admin,
  sealer,
}: Pick<Ground, 'sealer'> & { admin: DatabaseAddress }): AsyncGenerator<object, void, undefined> {
  const client = new pg.Client(admin)
  client.on('error', () => undefined)
  await client.connect()
  try {
    const steps = wrapAll(client, sealer)
    let step = await steps.next()
    for (; !step.done; step = await steps.next()) yield { step: 'wrapping', ...step.value }
    yield { step: 'done', keyId: sealer.keyId, older: sealer.keyIds.slice(1), ...step.value }
  } finally {
    await client.end().catch(() => undefined)
  }
}

const fromSettings = (): StartRefused =>
  new StartRefused(
    'secret-from-settings',
    'The secret comes from FLOOWE_SECRET. Put a new one before it (FLOOWE_SECRET=NEW,OLD; openssl rand -base64 48 makes one), restart, ' +
      'and run this again. Several processes change over in two steps: docs/operations.md, "Changing the secret".',
  )

/** While some still seal with the old key, values would come under it again. */
async function refuseUnlessAlike(client: pg.ClientBase, keyId: string): Promise<void> {
  const other = (await ringsOf(client)).find(([first]) => first !== keyId)
  if (other)
    throw new StartRefused(
      'secrets-differ',
      `A process seals with key ${other[0]}, this one with ${keyId}. Restart all of them with the same FLOOWE_SECRET, then run this again.`,
    )
}

function refuseWhileNeeded(held: readonly Held[], older: readonly string[]): void {
  const needed = held.filter((one) => older.includes(one.keyId))
  if (needed.length === 0) return
  const where = needed.map(({ place, keyId, values }) => `${values} in ${place} (${keyId})`).join(', ')
  throw new StartRefused(
    'secret-needed',
    `Sealed values still need the old key: ${where}. Run first: npm run floowe -- secret rotate`,
  )
}

/** What was marked with these keys goes on being checked. Flushed to the disk before the secret is gone. */
async function keepLasting(
  client: pg.ClientBase,
  { sealer, clock }: Pick<Ground, 'sealer' | 'clock'>,
  older: readonly string[],
): Promise<void> {
  for (const { service, purpose } of lastingPurposes())
    for (const { keyId, key } of sealer.deriveKeys(purpose).filter((one) => older.includes(one.keyId)))
      await client.query(
        `insert into ${quoted(service)}.retired_keys (purpose, key_id, sealed, retired_at) values ($1, $2, $3, $4)
         on conflict (purpose, key_id) do update set sealed = excluded.sealed`,
        [
          purpose,
          keyId,
          sealer.seal(key.toString('base64url'), retiredContext(service, purpose, keyId)),
          clock.instant(),
        ],
      )
}

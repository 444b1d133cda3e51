/** Holds the events of a cluster still: none is between an outbox and an inbox, where no backup would see it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sendBarrier } from '@floowe/platform/cluster'
import type { DatabaseAddress } from '@floowe/platform/ground'
import pg from 'pg'
import { StartRefused } from '../start-refused.ts'

const relaysWithinMs = 30_000
const inboxesWithinMs = 20_000

/**
 * Relays carry under a lock of their outbox; whoever has the locks holds them up, and what was carried before passes. Events wait
 * in their outboxes until the returned function is called.
 * @throws StartRefused `events-in-flight`
 */
export async function holdEvents(options: {
  admin: DatabaseAddress
  rabbitmqUrl: string
  schemas: readonly string[]
}): Promise<() => Promise<void>> {
  const client = new pg.Client(options.admin)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`set lock_timeout to ${relaysWithinMs}`)
    for (const schema of options.schemas)
      await client.query('select pg_advisory_lock(hashtext($1))', [`floowe:relay:${schema}`])
    await letPass(client, options)
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error instanceof StartRefused
      ? error
      : new StartRefused('events-in-flight', `The events under way could not be counted: ${String(error)}`, error)
  }
  return () => client.end()
}

async function letPass(
  client: pg.Client,
  { rabbitmqUrl, schemas }: { rabbitmqUrl: string; schemas: readonly string[] },
): Promise<void> {
  const id = randomUUID()
  const open = new Set(await sendBarrier({ url: rabbitmqUrl, listeners: schemas, id }))
  const giveUpAt = performance.now() + inboxesWithinMs
  while (open.size > 0) {
    for (const schema of open) {
      const { rowCount } = await client.query(`select from ${schema}.inbox where event_id = $1`, [id])
      if (rowCount) open.delete(schema)
    }
    if (open.size > 0 && performance.now() > giveUpAt)
      throw new StartRefused(
        'events-in-flight',
        `Events wait in the broker for ${[...open].join(', ')}, and no process of it takes them. Start one, then try again.`,
      )
    if (open.size > 0) await pause(20)
  }
  // It has said what it had to say.
  for (const schema of schemas) await client.query(`delete from ${schema}.inbox where event_id = $1`, [id])
}

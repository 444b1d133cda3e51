/**
 * One installation on one machine, from its folder to the open door. `all-in-one.ts` is the main around it; tests and
 * benchmarks start the same.
 */
import type { BackupWish, Operator } from '@floowe/gateway'
import type { Composed } from './compose.ts'
import type { EmbeddedGround } from './embedded.ts'
import { StartRefused, systemCode } from './start-refused.ts'
import type { SecretFile } from './secret/work.ts'
import type { StoryClock } from './story-clock.ts'
import { type Opened, openInstallation, type OpenOptions } from './open.ts'

export type Installation = {
  url: string
  /** The demo's owner, when this installation has a demo. */
  demo: { email: string; password: string } | null
  /** The one-time code of the first-run page, while no owner exists. */
  setupCode: string | null
  composed: Composed
  ground: EmbeddedGround
  lost: Promise<string>
  /** Resolves with a sentence when this installation was moved away and has to end. */
  moved: Promise<string>
  stop: () => Promise<void>
}

/** Throws `SettingsMistakes`, `StartRefused` or `LockHeld`; nothing stays open then. */
export async function startInstallation(options: OpenOptions): Promise<Installation> {
  const { storyClock } = await import('./story-clock.ts')
  // The demo is told in its own time, through the same services; then the clock goes live.
  const story = options.clock ? null : storyClock()
  const clock = options.clock ?? story ?? undefined
  const opened = await openInstallation({ ...options, clock })
  try {
    const { compose } = await import('./compose.ts')
    const moved = Promise.withResolvers<string>()
    let running: Composed | null = null
    const backup = async (wish: BackupWish) => {
      const { backupHere } = await import('./backup/sources.ts')
      return backupHere({ ground: opened.ground, composed: () => running, moved: moved.resolve })(wish)
    }
    const operator: Operator = { backup, secret: await secretWorkOf(opened) }
    const composed = await compose(opened.ground, opened.settings, opened.parts, operator)
    running = composed
    opened.undo(() => composed.stop())
    opened.folder.replaceSecret(
      'local-credential',
      `local_${opened.ground.sealer.deriveKey('local credential').toString('base64url')}`,
    )
    const setup = await composed.calls.identity.getSetup(undefined, { workspaceId: null })
    const demo =
      opened.settings.demo === 'off' ? null : await demoOf(opened, composed, story, setup.needed, options.say)
    story?.goLive()
    await composed.listen().catch((error: unknown) => {
      throw cannotListen(error, opened.settings)
    })
    opened.lock.setAddress(opened.settings.publicUrl)
    const { setupCode } = await import('@floowe/platform/ground')
    return {
      url: opened.settings.publicUrl,
      demo,
      composed,
      ground: opened.ground,
      lost: opened.lost,
      moved: moved.promise,
      stop: opened.stop,
      setupCode: setup.needed && !demo ? setupCode(opened.ground.sealer) : null,
    }
  } catch (error) {
    await opened.stop()
    throw error
  }
}

/** The secret is kept in the folder unless it is set. */
async function secretWorkOf({ ground, folder, settings }: Opened): Promise<Operator['secret']> {
  const { secretWork } = await import('./secret/work.ts')
  const file: SecretFile = {
    read: () => {
      const text = folder.readSecret('secret')
      if (text !== undefined) return text
      throw new StartRefused(
        'secret-file',
        `${folder.file('secret')} is gone. Put it back before this Floowe ends: the next start would make another secret.`,
      )
    },
    write: (secrets) => folder.replaceSecrets('secret', secrets),
  }
  return secretWork({ ground, file: settings.secret === null ? file : null })
}

/** What a person can do about an address that cannot be listened on; anything else stays as it is. */
function cannotListen(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const reason = {
    EADDRINUSE: `Port ${port} of ${host} is taken by another program. Set FLOOWE_PORT to a free one, for example ${port + 1}.`,
    EACCES: `Port ${port} may only be used by the administrator. Set FLOOWE_PORT to one above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set FLOOWE_HOST to one of its own.`,
    ENOTFOUND: `This machine knows no address ${host}. Set FLOOWE_HOST to one of its own.`,
  }[systemCode(error)]
  return reason === undefined ? error : new StartRefused('cannot-listen', reason, error)
}

/** The demo is made once, in an installation that holds nobody; later starts only show its sign-in while its owner has that password. */
async function demoOf(
  opened: Opened,
  composed: Composed,
  story: StoryClock | null,
  isEmpty: boolean,
  say: (sentence: string) => void,
): Promise<Installation['demo']> {
  const { demoOwner, tellDemo } = await import('./demo.ts')
  const { readablePassword } = await import('./settings.ts')
  const known = opened.folder.readSecret('demo-password')
  if (!isEmpty) return known ? { email: demoOwner, password: known } : null
  if (!story) return null
  say('making the demo workspace')
  const password = opened.folder.readOrMakeSecret('demo-password', 0, readablePassword)
  await tellDemo({ composed, ground: opened.ground, clock: story, password })
  return { email: demoOwner, password }
}

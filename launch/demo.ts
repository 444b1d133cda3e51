/** The demo story: one agency, its people, its magazine. Told once, through the services' own operations. */
import { innerHeaders, setupCode } from '@floowe/platform/ground'
import type { Composed } from './compose.ts'
import type { EmbeddedGround } from './embedded.ts'
import type { StoryClock } from './story-clock.ts'

/** With whom the demo is signed in. */
export const demoOwner = 'helena.sowa@studiowisla.example'

export type DemoParts = { composed: Composed; ground: EmbeddedGround; clock: StoryClock; password: string }

/** Makes the demo workspace in an installation that holds nobody. */
export async function tellDemo({ composed, ground, password }: DemoParts): Promise<void> {
  const answer = await ground.transport.send('identity', 'rpc', {
    method: 'POST', url: new URL('http://identity.inner/completeSetup'), headers: { [innerHeaders.requestId]: 'demo' }, signal: undefined,
    body: async () => ({
      json: {
        code: setupCode(ground.sealer),
        owner: { name: 'Helena Sowa', email: demoOwner, password, locale: 'pl' },
        workspace: { name: 'Studio Wisła', slug: 'studio-wisla', language: 'pl', zone: 'Europe/Warsaw' },
      },
    }),
  })
  if (answer?.status !== 200) throw new Error(`the demo could not be made: ${JSON.stringify(answer?.body)}`)
  const workspace = await composed.calls.identity.getWorkspace({ workspace: 'studio-wisla' }, { workspaceId: null })
  if (workspace) await composed.calls.identity.markDemo(undefined, { workspaceId: workspace.id })
}

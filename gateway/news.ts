/** What happened elsewhere and changes what every gateway process remembers: ended credentials, hosts of sites. */
import type { Host, Subscriptions, Transaction } from '@floowe/platform'
import type { Hosts } from './hosts.ts'
import type { Live } from './live.ts'
import type { Sessions } from './session.ts'
import type { Writing } from './writing.ts'

type Match = Parameters<Sessions['forget']>[0]
const dropTopic = 'gateway.drop'
const sitesTopic = 'gateway.sites'

/**
 * The event itself is heard by one process, in its turn; all of them are told by a hint once it is committed. After hints were
 * lost everything is forgotten, and everybody asks anew.
 */
export function createNews(
  { call, log, signals }: Host,
  { hosts, sessions, live, writing }: { hosts: Hosts; sessions: Sessions; live: Live; writing: Writing },
) {
  const reloadSites = async (): Promise<void> => {
    try {
      hosts.setSites(await call.site.listHosts(undefined, { workspaceId: null }))
    } catch (error) {
      log.warn('hosts of sites could not be read', { error })
    }
  }
  const drop = (match: Match): void => {
    sessions.forget(match)
    live.dismiss(match)
    writing.dismiss(match)
  }
  const tellDrop = (tx: Transaction, match: Match): void =>
    tx.afterCommit(
      () =>
        void sessions
          .forgetShared(match)
          .catch((error: unknown) => log.warn('shared tokens could not be dropped', { error }))
          .then(() => signals.send(dropTopic, JSON.stringify(match))),
    )
  const tellSites = (tx: Transaction): void => tx.afterCommit(() => signals.send(sitesTopic, ''))
  let endings: (() => void)[] = []
  return {
    subscriptions: {
      'identity.credential-revoked': async ({ data }, tx) => tellDrop(tx, data),
      'identity.member-changed': async ({ data }, tx) => tellDrop(tx, { userId: data.userId }),
      'identity.member-removed': async ({ data }, tx) => tellDrop(tx, { userId: data.userId }),
      'identity.workspace-removed': async ({ workspaceId }, tx) => {
        tellDrop(tx, { workspaceId })
        tellSites(tx)
      },
      'site.settings-changed': async (_event, tx) => tellSites(tx),
    } satisfies Subscriptions,
    reloadSites,
    begin: async (): Promise<void> => {
      endings = await Promise.all([
        signals.hear(dropTopic, {
          heard: (text) => drop(JSON.parse(text) as Match), // sent above
          missed: () => {
            sessions.forgetAll()
            live.dismissAll()
            writing.dismissAll()
          },
        }),
        signals.hear(sitesTopic, { heard: () => void reloadSites(), missed: () => void reloadSites() }),
      ])
    },
    stop: (): void => {
      for (const end of endings) end()
    },
  }
}

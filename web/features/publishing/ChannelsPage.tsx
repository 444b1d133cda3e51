/** Where texts can go: the site, accounts on networks, signed webhooks. */
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Channel } from '@floowe/contracts/channels'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { usePaths } from '../../location.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Card } from '../../ui/Page.tsx'
import { StatusBadge, type Tone } from '../../ui/StatusBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { doLater, doWithUndo } from '../../ui/undoable.ts'
import { IconAlertTriangle, IconCircleCheck, IconPlayerPause } from '@tabler/icons-react'
import { useWords } from '../../words/words.ts'
import { ChannelDialog } from './ChannelDialog.tsx'
import { ConnectDialog } from './ConnectDialog.tsx'
import { isOurs, NetworkMark } from '../../networks/networks.tsx'
import { SecretDialog } from './SecretDialog.tsx'
import looks from './publishing.module.css'

const states: Readonly<Record<Channel['state'], { tone: Tone; icon: typeof IconCircleCheck }>> = {
  connected: { tone: 'moss', icon: IconCircleCheck },
  paused: { tone: 'neutral', icon: IconPlayerPause },
  attention: { tone: 'clay', icon: IconAlertTriangle },
}

export function ChannelsPage() {
  const t = useWords('channels')
  const mayChange = useMay('publishing:channels')
  const { data } = useSuspenseQuery(api.publishing.listChannels.queryOptions())
  const [isAdding, setAdding] = useState(false)
  const [hidden, setHidden] = useState<readonly string[]>([])
  const [secret, setSecret] = useState<string | null>(null)
  const shown = data.filter((channel) => !hidden.includes(channel.id))
  return (
    <SettingsPage
      title={t('title')}
      lead={t('lead')}
      actions={
        mayChange && (
          <Button tone="primary" icon={<IconPlus />} onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        )
      }
    >
      {shown.length === 0 && <EmptyState drawing="map" title={t('empty')} />}
      <ul className={looks.channels}>
        {shown.map((channel) => (
          <li key={channel.id}>
            <ChannelCard
              channel={channel}
              mayChange={mayChange}
              onSecret={setSecret}
              hide={(isHidden) =>
                setHidden((ids) => (isHidden ? [...ids, channel.id] : ids.filter((id) => id !== channel.id)))
              }
            />
          </li>
        ))}
      </ul>
      <ConnectDialog isOpen={isAdding} onClose={() => setAdding(false)} onSecret={setSecret} />
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </SettingsPage>
  )
}

type CardProps = {
  channel: Channel
  mayChange: boolean
  onSecret: (secret: string) => void
  hide: (isHidden: boolean) => void
}

function ChannelCard({ channel, mayChange, onSecret, hide }: CardProps) {
  const t = useWords('channels')
  const formats = useFormats()
  const { tone, icon: StateIcon } = states[channel.state]
  return (
    <Card>
      <div className={looks.channelHead}>
        <NetworkMark network={channel.network} />
        <h2>{channel.name}</h2>
        <StatusBadge tone={tone} icon={<StateIcon />}>
          {t(`state.${channel.state}`)}
        </StatusBadge>
      </div>
      <p className={looks.faint}>
        {t(`network.${channel.network}`)}
        {channel.account && channel.account !== channel.name && ` · ${channel.account}`}
        {channel.settings.url && (
          <>
            {' '}
            · <span className={looks.address}>{channel.settings.url}</span>
          </>
        )}
      </p>
      {channel.endsAt && (
        <p className={endsSoon(channel.endsAt) ? looks.problem : looks.faint}>
          {t('ends', { date: formats.date(channel.endsAt) })}
        </p>
      )}
      {channel.stateReason && <p className={looks.problem}>{channel.stateReason}</p>}
      {channel.lastDeliveryAt && (
        <p className={looks.faint}>
          {t('last')} <Time at={channel.lastDeliveryAt} as="ago" />
        </p>
      )}
      <ChannelActs channel={channel} mayChange={mayChange} onSecret={onSecret} hide={hide} />
    </Card>
  )
}

/** Two weeks ahead it is time to act. */
const endsSoon = (at: string): boolean => Date.parse(at) - Date.now() < 14 * 24 * 3_600_000

function ChannelActs({ channel, mayChange, onSecret, hide }: CardProps) {
  const t = useWords('channels')
  const paths = usePaths()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.key() })
  const [isEditing, setEditing] = useState(false)
  const [isConnecting, setConnecting] = useState(false)
  const isWebhook = channel.network === 'webhook'
  const test = useMutation({
    mutationFn: () => client.publishing.testChannel({ id: channel.id }),
    onSuccess: (answer) =>
      showToast({
        tone: answer.ok ? 'good' : 'bad',
        text: answer.ok
          ? isWebhook
            ? t('test.good', { status: answer.status ?? 0 })
            : t('look.good')
          : t(isWebhook ? 'test.bad' : 'look.bad', { why: answer.text ?? answer.code ?? '' }),
      }),
    onError: tell,
  })
  const rotate = useMutation({
    mutationFn: () => client.publishing.rotateChannelSecret({ id: channel.id }),
    onSuccess: ({ secret }) => onSecret(secret),
    onError: tell,
  })
  const setPaused = (paused: boolean) => client.publishing.updateChannel({ id: channel.id, paused }).then(refresh)
  const isOn = channel.state === 'connected'
  if (!mayChange) return null
  return (
    <div className={looks.acts}>
      {channel.network === 'floowe-site' ? (
        <LinkButton size="small" href={paths.site()}>
          {t('site-settings')}
        </LinkButton>
      ) : null}
      {channel.network === 'newsletter' && (
        <LinkButton size="small" href={paths.newsletter(channel.id)}>
          {t('readers')}
        </LinkButton>
      )}
      {channel.network !== 'floowe-site' && (
        <>
          <Button size="small" busy={test.isPending} onClick={() => test.mutate()}>
            {isWebhook ? t('test') : t('look')}
          </Button>
          <Button size="small" onClick={() => setEditing(true)}>
            {t('change')}
          </Button>
          {isWebhook ? (
            <Button size="small" busy={rotate.isPending} onClick={() => rotate.mutate()}>
              {t('rotate')}
            </Button>
          ) : isOurs(channel.network) ? null : (
            <Button
              size="small"
              tone={channel.state === 'attention' ? 'primary' : undefined}
              onClick={() => setConnecting(true)}
            >
              {t('reconnect')}
            </Button>
          )}
        </>
      )}
      <Button
        size="small"
        onClick={() =>
          void doWithUndo({
            text: isOn ? t('paused') : t('resumed'),
            run: () => setPaused(isOn),
            undo: () => setPaused(!isOn),
            onFailure: tell,
          })
        }
      >
        {isOn ? t('pause') : t('resume')}
      </Button>
      {channel.network !== 'floowe-site' && (
        <Button
          size="small"
          tone="danger"
          onClick={() =>
            doLater({
              text: t('removed', { name: channel.name }),
              hide,
              run: () => client.publishing.removeChannel({ id: channel.id }).then(refresh),
              onFailure: tell,
            })
          }
        >
          {t('remove')}
        </Button>
      )}
      <ConnectDialog isOpen={isConnecting} onClose={() => setConnecting(false)} onSecret={onSecret} channel={channel} />
      <ChannelDialog isOpen={isEditing} onClose={() => setEditing(false)} onSecret={onSecret} channel={channel} />
    </div>
  )
}

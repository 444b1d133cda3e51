/** From "add a channel" to a connected account: the network first, then what it asks for. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ConnectField } from '@floowe/contracts/networks'
import type { Channel } from '@floowe/contracts/channels'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, PasswordField, SelectField, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import type { WordKey } from '../../words/namespaces.ts'
import { useLanguage, useWords } from '../../words/words.ts'
import { WebhookForm } from './ChannelDialog.tsx'
import { connectable, type Connectable, isOurs, NetworkMark } from '../../networks/networks.tsx'
import looks from './publishing.module.css'

type Props = {
  isOpen: boolean
  onClose: () => void
  onSecret: (secret: string) => void
  /** An account that is connected anew. */
  channel?: Channel
}

export function ConnectDialog({ isOpen, onClose, onSecret, channel }: Props) {
  const t = useWords('channels')
  const [network, setNetwork] = useState<Connectable | null>(
    channel && channel.network !== 'floowe-site' ? channel.network : null,
  )
  const { data: networks } = useQuery({ ...api.publishing.listNetworks.queryOptions(), enabled: isOpen })
  const facts = networks?.find((one) => one.network === network)
  const isAsked = facts?.connection.kind === 'oauth'
  const close = () => {
    onClose()
    if (!channel) setNetwork(null)
  }
  const title = channel
    ? t('reconnect.title', { name: channel.name })
    : network
      ? t(`network.${network}`)
      : t('add.title')
  return (
    <Dialog isOpen={isOpen} onClose={close} title={title} size={520}>
      {network === null ? (
        <NetworkChoice onChoose={setNetwork} />
      ) : network === 'webhook' && !channel ? (
        <WebhookForm onClose={close} onSecret={onSecret} />
      ) : isAsked ? (
        <SignInThere
          network={network}
          channel={channel}
          isReady={facts?.isReady === true}
          onBack={() => setNetwork(null)}
        />
      ) : (
        <AccountForm network={network} channel={channel} onClose={close} onBack={() => setNetwork(null)} />
      )}
    </Dialog>
  )
}

function NetworkChoice({ onChoose }: { onChoose: (network: Connectable) => void }) {
  const t = useWords('channels')
  return (
    <ul className={looks.networks}>
      {connectable.map((network) => (
        <li key={network}>
          <button type="button" className={looks.network} onClick={() => onChoose(network)}>
            <NetworkMark network={network} />
            <span>
              <strong>{t(`network.${network}`)}</strong>
              <span className={looks.faint}>{t(`takes.${network}`)}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

type AccountProps = { network: Connectable; channel: Channel | undefined; onClose: () => void; onBack: () => void }

function AccountForm({ network, channel, onClose, onBack }: AccountProps) {
  const t = useWords('channels')
  const queries = useQueryClient()
  const { data: networks } = useQuery(api.publishing.listNetworks.queryOptions())
  const [values, setValues] = useState<Values>({})
  const [ownName, setOwnName] = useState('')
  const asked = networks?.find((facts) => facts.network === network)?.connection.fields ?? []
  const language = useLanguage()
  const fields = givenOf(asked, values, language)
  const isNamedHere = !channel && isOurs(network) // others are called what the network calls the account
  const connect = useMutation({
    mutationFn: () =>
      channel
        ? client.publishing.reconnectChannel({ id: channel.id, fields })
        : client.publishing.createChannel({ network, fields, ...(isNamedHere && { name: ownName.trim() }) }),
    onSuccess: ({ name }) => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      showToast({ text: t('connected', { name }) })
      onClose()
    },
  })
  const problems = fieldProblems(connect.error)
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        connect.mutate()
      }}
    >
      <p className={looks.how}>{t(`how.${network}`)}</p>
      <FormProblem error={connect.error} />
      {isNamedHere && (
        <TextField
          label={t('name')}
          value={ownName}
          required
          data-autofocus
          maxLength={80}
          problem={problems['name']}
          onChange={(event) => setOwnName(event.currentTarget.value)}
        />
      )}
      {asked.map((field, index) => (
        <AskedField
          key={field.name}
          network={network}
          field={field}
          value={fields[field.name] ?? ''}
          problem={problems[`fields.${field.name}`]}
          isFirst={index === 0 && !isNamedHere}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <FormActions>
        <Button type="submit" tone="primary" busy={connect.isPending}>
          {channel ? t('reconnect') : t('connect')}
        </Button>
        {!channel && (
          <Button tone="quiet" onClick={onBack}>
            {t('back')}
          </Button>
        )}
      </FormActions>
    </FormStack>
  )
}

type Values = Partial<Record<ConnectField['name'], string>>

/** What stands in the form. Until a choice is made it is the person's own language, or the first; what was left empty is left out. */
const givenOf = (asked: readonly ConnectField[], values: Values, language: string): Values =>
  Object.fromEntries(
    asked
      .map(
        ({ name, choices }) =>
          [name, values[name] ?? choices?.find((one) => one === language) ?? choices?.[0] ?? ''] as const,
      )
      .filter(([, value]) => value !== ''),
  )

type AskedProps = {
  network: Connectable
  field: ConnectField
  value: string
  problem: string | undefined
  isFirst: boolean
  onChange: (value: string) => void
}

function AskedField({ network, field, value, problem, isFirst, onChange }: AskedProps) {
  const t = useWords('channels')
  const { name, isSecret, isOptional, choices, example } = field
  const label = t(`field.${network}.${name}` as WordKey<'channels'>) // a test looks that each field has its words
  if (choices)
    return (
      <SelectField
        label={label}
        value={value}
        problem={problem}
        options={choices.map((choice) => ({ value: choice, label: t(`choice.${choice}` as WordKey<'channels'>) }))}
        onChoose={onChange}
      />
    )
  const shared = {
    ...{ label, value, problem, isOptional },
    required: !isOptional,
    maxLength: 4_000,
    autoComplete: 'off',
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
    ...(isFirst && { 'data-autofocus': true }),
  }
  return isSecret ? <PasswordField {...shared} /> : <TextField {...shared} placeholder={example} spellCheck={false} />
}

type SignInProps = { network: Connectable; channel: Channel | undefined; isReady: boolean; onBack: () => void }

/** The person agrees on a page of the network's own, and comes back to `/connect`. */
function SignInThere({ network, channel, isReady, onBack }: SignInProps) {
  const t = useWords('channels')
  const name = t(`network.${network}`)
  const begin = useMutation({
    mutationFn: () => client.publishing.beginConnection({ network, ...(channel && { channelId: channel.id }) }),
    onSuccess: ({ address }) => location.assign(address),
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        begin.mutate()
      }}
    >
      <p className={looks.how}>{isReady ? t(`how.${network}`) : t('not-set-up', { network: name })}</p>
      <FormProblem error={begin.error} />
      <FormActions>
        {isReady && (
          <Button type="submit" tone="primary" busy={begin.isPending}>
            {t('go', { network: name })}
          </Button>
        )}
        {!channel && (
          <Button tone="quiet" onClick={onBack}>
            {t('back')}
          </Button>
        )}
      </FormActions>
    </FormStack>
  )
}

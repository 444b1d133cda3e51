/** Which kinds of notifications reach the person in which way, in this workspace. */
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import type { ChosenKind, NotificationSettings as Settings, NotificationWay } from '@floowe/contracts/notifications'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Switch } from '../../ui/Switch.tsx'
import { useWords } from '../../words/words.ts'
import looks from './notification-settings.module.css'
import { NotificationWebhook } from './NotificationWebhook.tsx'

const ways: readonly NotificationWay[] = ['app', 'mail', 'webhook']
type Choice = { kind: ChosenKind; way: NotificationWay; isOn: boolean }

const withChoice = (settings: Settings, { kind, way, isOn }: Choice): Settings => ({
  ...settings,
  kinds: settings.kinds.map((row) => (row.kind === kind ? { ...row, [way]: isOn } : row)),
})

export function NotificationSettings() {
  const t = useWords('notifications')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const options = api.identity.getNotificationSettings.queryOptions()
  const { data: settings } = useSuspenseQuery(options)
  const { mutate } = useMutation({
    mutationFn: (choice: Choice) => client.identity.updateNotificationSettings({ choices: [choice] }),
    onMutate: (choice) => queries.setQueryData(options.queryKey, (now) => now && withChoice(now, choice)),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: options.queryKey }),
    // switches pressed one after the other are kept in that order
    scope: { id: 'notification-settings' },
  })
  const whyNot: Record<NotificationWay, string | null> = {
    app: null,
    mail: settings.hasMail ? null : t('mail.off.why'),
    webhook: settings.webhook ? null : t('webhook.none.why'),
  }
  return (
    <div id="notifications" className={looks.settings}>
      <table className={looks.table}>
        <caption className="only-read">{t('settings')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('settings.kind')}</th>
            {ways.map((way) => (
              <th key={way} scope="col">
                {t(`way.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.kinds.map((row) => (
            <tr key={row.kind}>
              <th scope="row">{t(`choice.${row.kind}`)}</th>
              {ways.map((way) => (
                <td key={way}>
                  <Switch
                    label={t('switch', { kind: t(`choice.${row.kind}`), way: t(`way.${way}`) })}
                    isOn={row[way]}
                    disabledWhy={whyNot[way]}
                    onChange={(isOn) => mutate({ kind: row.kind, way, isOn })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!settings.hasMail && <p className={looks.note}>{t('mail.off')}</p>}
      <NotificationWebhook webhook={settings.webhook} />
    </div>
  )
}

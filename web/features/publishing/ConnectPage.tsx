/** Back from a network's own page: the accounts that may be posted to, to choose from. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useGo, usePaths, useSearchState } from '../../location.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { FieldStack } from '../../ui/Field.tsx'
import { Card, Page } from '../../ui/Page.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { NetworkMark } from '../../networks/networks.tsx'
import looks from './publishing.module.css'

export function ConnectPage() {
  const t = useWords('channels')
  const paths = usePaths()
  const [{ state = '', code = '' }] = useSearchState()
  // A code is good once: asked for once, kept as long as the page is open.
  const finished = useQuery({
    queryKey: ['connection', state],
    queryFn: () => client.publishing.finishConnection({ state, code }),
    enabled: state !== '' && code !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { data } = finished
  return (
    <Page title={t('choose')} width="reading" trail={<a href={paths.channels()}>{t('title')}</a>}>
      <FieldStack>
        {code === '' && <p>{t('denied')}</p>}
        {finished.isLoading && <p role="status">{t('finishing')}</p>}
        <FormProblem error={finished.error} />
        {data && (
          <>
            <p>
              {data.accounts.length === 0
                ? t('choose.none')
                : t('choose.lead', { network: t(`network.${data.network}`) })}
            </p>
            <ul className={looks.channels}>
              {data.accounts.map((account) => (
                <li key={account.id}>
                  <Card>
                    <div className={looks.channelHead}>
                      <NetworkMark network={data.network} />
                      <h2>{account.name}</h2>
                      <span className={looks.faint}>
                        {t(`kind.${account.kind}`)}
                        {account.channelId !== null && ` · ${t('choose.there')}`}
                      </span>
                    </div>
                    <Choose connectionId={data.id} accountId={account.id} />
                  </Card>
                </li>
              ))}
            </ul>
          </>
        )}
        <p>
          <LinkButton href={paths.channels()}>{t('to-channels')}</LinkButton>
        </p>
      </FieldStack>
    </Page>
  )
}

function Choose({ connectionId, accountId }: { connectionId: string; accountId: string }) {
  const t = useWords('channels')
  const queries = useQueryClient()
  const go = useGo()
  const paths = usePaths()
  const choose = useMutation({
    mutationFn: () => client.publishing.chooseAccount({ id: connectionId, accountId }),
    onSuccess: ({ name }) => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      showToast({ text: t('connected', { name }) })
      go(paths.channels(), { replace: true })
    },
  })
  return (
    <>
      <FormProblem error={choose.error} />
      <Button tone="primary" size="small" busy={choose.isPending} onClick={() => choose.mutate()}>
        {t('connect')}
      </Button>
    </>
  )
}

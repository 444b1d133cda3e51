/** Nobody can see from here whether it went out: a person looks, and says so. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { FormActions, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import looks from './publishing.module.css'

export function Decision({ delivery }: { delivery: Delivery }) {
  const t = useWords('deliveries')
  const queries = useQueryClient()
  const [url, setUrl] = useState('')
  const decide = useMutation({
    mutationFn: (became: 'posted' | 'not-posted') =>
      client.publishing.decideDelivery({
        id: delivery.id,
        decision: became === 'posted' ? { became, url: url.trim() === '' ? null : url.trim() } : { became },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  const isRemoval = delivery.kind === 'unpublish'
  return (
    <section className={looks.decision} aria-labelledby="decision">
      <h2 id="decision">{t(isRemoval ? 'decide.removal' : 'decide', { channel: delivery.channelName })}</h2>
      <p>{t('decide.how')}</p>
      <FormProblem error={decide.error} />
      {!isRemoval && (
        <TextField
          type="url"
          label={t('decide.url')}
          isOptional
          value={url}
          placeholder="https://"
          problem={fieldProblems(decide.error)['decision.url']}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      )}
      <FormActions>
        <Button tone="primary" busy={decide.isPending} onClick={() => decide.mutate('posted')}>
          {t(isRemoval ? 'decide.gone' : 'decide.posted')}
        </Button>
        <Button busy={decide.isPending} onClick={() => decide.mutate('not-posted')}>
          {t(isRemoval ? 'decide.not-gone' : 'decide.not-posted')}
        </Button>
      </FormActions>
    </section>
  )
}

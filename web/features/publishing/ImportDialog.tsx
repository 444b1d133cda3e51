/** Many addresses at once, from a file or typed, and what became of them. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field, FormActions, FormStack, TextAreaField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import { Agreed } from './AddDialog.tsx'
import looks from './newsletter.module.css'

type Props = { channelId: string; isOpen: boolean; onClose: () => void }
type Outcome = Awaited<ReturnType<typeof client.publishing.importSubscribers>>
const csvCharactersMax = 1_000_000

export function ImportDialog({ channelId, isOpen, onClose }: Props) {
  const t = useWords('newsletters')
  const queries = useQueryClient()
  const [csv, setCsv] = useState('')
  const [declaration, setDeclaration] = useState<string | null>(null)
  const bring = useMutation({
    mutationFn: () =>
      client.publishing.importSubscribers({ channelId, csv, ...(declaration !== null && { declaration }) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  const close = () => {
    setCsv('')
    setDeclaration(null)
    bring.reset()
    onClose()
  }
  const problems = fieldProblems(bring.error)
  return (
    <Dialog isOpen={isOpen} onClose={close} title={t('import.title')} size={560}>
      {bring.data ? (
        <Done outcome={bring.data} onClose={close} />
      ) : (
        <FormStack
          onSubmit={(event) => {
            event.preventDefault()
            bring.mutate()
          }}
        >
          <p>{t('import.how')}</p>
          <FormProblem error={bring.error} />
          <Field label={t('import.file')}>
            {(ids) => (
              <input
                {...ids}
                type="file"
                accept=".csv,.txt,text/csv,text/plain"
                onChange={(event) => {
                  const file = event.currentTarget.files?.[0]
                  if (file)
                    void file
                      .slice(0, csvCharactersMax * 2)
                      .text()
                      .then(setCsv)
                }}
              />
            )}
          </Field>
          <TextAreaField
            label={t('import.csv')}
            rows={8}
            required
            maxLength={csvCharactersMax}
            spellCheck={false}
            placeholder="ola@example.org&#10;jan@example.org;en"
            value={csv}
            problem={problems['csv']}
            onChange={(event) => setCsv(event.currentTarget.value)}
          />
          <Agreed declaration={declaration} onChange={setDeclaration} problem={problems['declaration']} />
          <FormActions>
            <Button type="submit" tone="primary" busy={bring.isPending}>
              {t('import.submit')}
            </Button>
            <Button tone="quiet" onClick={close}>
              {t('cancel')}
            </Button>
          </FormActions>
        </FormStack>
      )}
    </Dialog>
  )
}

function Done({ outcome, onClose }: { outcome: Outcome; onClose: () => void }) {
  const t = useWords('newsletters')
  const { added, known, skipped, invalid, invalidLines } = outcome
  return (
    <div className={looks.stack}>
      <ul className={looks.outcome} role="status">
        <li>{t('import.done', { added })}</li>
        {known > 0 && <li>{t('import.known', { known })}</li>}
        {skipped > 0 && <li>{t('import.skipped', { skipped })}</li>}
        {invalid > 0 && <li>{t('import.invalid', { invalid })}</li>}
      </ul>
      {invalidLines.length > 0 && (
        <ul className={looks.lines}>
          {invalidLines.map(({ line, text }) => (
            <li key={line}>{t('import.line', { line, text })}</li>
          ))}
        </ul>
      )}
      <FormActions>
        <Button tone="primary" onClick={onClose}>
          {t('done')}
        </Button>
      </FormActions>
    </div>
  )
}

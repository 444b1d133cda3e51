/** An issue of a newsletter as its readers will get it, to be tried out before it goes to all of them. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconMailForward } from '@tabler/icons-react'
import { api, client } from '../api/client.ts'
import { FormProblem } from '../api/FormProblem.tsx'
import { useRefusalToast } from '../api/refusal-words.ts'
import { Button } from '../ui/Button.tsx'
import { showToast } from '../ui/toasts.tsx'
import { useWords } from '../words/words.ts'
import looks from './planning.module.css'

type Props = { editionId: string; language: string; channelId: string }

export function LetterPanel({ editionId, language, channelId }: Props) {
  const t = useWords('newsletters')
  const { data: letter, error } = useQuery(
    api.publishing.previewNewsletter.queryOptions({ input: { editionId, channelId } }),
  )
  const { data: newsletter } = useQuery(api.publishing.getNewsletter.queryOptions({ input: { channelId } }))
  if (error) return <FormProblem error={error} />
  if (!letter) return <p className={looks.frozen}>{t('preview.loading')}</p>
  return (
    <section className={looks.post} aria-label={t('preview')}>
      <p className={looks.frozen}>{t('preview.from', { from: letter.from })}</p>
      <strong lang={language}>{letter.subject}</strong>
      <iframe className={looks.letter} title={t('preview')} sandbox="" srcDoc={letter.html} />
      <Test editionId={editionId} channelId={channelId} />
      {newsletter && (
        <p className={looks.frozen}>
          {newsletter.isMailReady ? t('fixed', { count: newsletter.subscribers.confirmed }) : t('no-server')}
        </p>
      )}
    </section>
  )
}

function Test(place: Omit<Props, 'language'>) {
  const t = useWords('newsletters')
  const tell = useRefusalToast()
  const test = useMutation({
    mutationFn: () => client.publishing.sendTestLetter(place),
    onSuccess: ({ to }) => showToast({ text: t('tested', { to }) }),
    onError: tell,
  })
  return (
    <div>
      <Button size="small" icon={<IconMailForward />} busy={test.isPending} onClick={() => test.mutate()}>
        {t('test')}
      </Button>
    </div>
  )
}

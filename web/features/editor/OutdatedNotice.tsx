/** The text went on after it was published: readers still see the older one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconRefresh } from '@tabler/icons-react'
import type { Article } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './editor.module.css'
import type { Desk } from './writing/desk.ts'

export const useStanding = (article: Article) => {
  const mayRead = useMay('publishing:read')
  return useQuery({
    ...api.publishing.summariseArticles.queryOptions({ input: { articleIds: [article.id] } }),
    enabled: mayRead,
  })
}

export function OutdatedNotice({ desk, article }: { desk: Desk; article: Article }) {
  const t = useWords('editor')
  const formats = useFormats()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayPlan = useMay('publishing:plan')
  const { data } = useStanding(article)
  const old = (data ?? []).filter(
    (one) => one.editionId === desk.edition.id && one.state === 'published' && one.isOutdated,
  )
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      await desk.flush()
      for (const { channelId } of old)
        await client.publishing.planDelivery({ editionId: desk.edition.id, channelId, when: { now: true } })
    },
    onSuccess: () => showToast({ text: t('outdated.done') }),
    onError: tell,
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  if (old.length === 0 || !mayPlan) return null
  return (
    <section className={looks.notice} data-tone="amber" role="status">
      <IconRefresh />
      <div>
        <strong>{t('outdated.title')}</strong>
        <p>{t('outdated.words', { channels: formats.list(old.map((one) => one.channelName)) })}</p>
      </div>
      <div className={looks.noticeActs}>
        <Button size="small" busy={isPending} onClick={() => mutate()}>
          {t('outdated.update')}
        </Button>
      </div>
    </section>
  )
}

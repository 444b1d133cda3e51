/** A post on one channel: as people will see it, with each of its parts the edition's or the channel's own, changed in place. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Channel } from '@floowe/contracts/channels'
import type { NetworkFacts, VariantFields } from '@floowe/contracts/networks'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { PostPreview } from '../../networks/preview/PostPreview.tsx'
import { usePictures } from '../../networks/preview/use-pictures.ts'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { type Draft, draftOf, fieldsWith, isTouched, type Part, without } from './draft.ts'
import { Inherited } from './Inherited.tsx'
import { Said } from './Said.tsx'
import { useSettled } from './use-settled.ts'
import { VariantWords } from './VariantWords.tsx'
import looks from './variants.module.css'

type Props = { editionId: string; language: string; channel: Channel; facts: NetworkFacts }
type Known = Awaited<ReturnType<typeof client.publishing.getVariant>>

/** Typing is shown as it would go out once it rests. */
const restMs = 350

export function PostVariant(props: Props) {
  const { data, error } = useQuery(
    api.publishing.getVariant.queryOptions({ input: { editionId: props.editionId, channelId: props.channel.id } }),
  )
  if (error) return <FormProblem error={error} />
  if (!data) return <SkeletonText lines={6} />
  return <Shown key={data.revision} {...props} known={data} />
}

function Shown({ editionId, language, channel, facts, known }: Props & { known: Known }) {
  const t = useWords('variants')
  const mayChange = useMay('publishing:plan')
  const [draft, setDraft] = useState<Draft>(() => draftOf(known))
  const { keep, problem } = useKeeping({ editionId, channel, known })
  const isDirty = isTouched(known, draft)
  const place = { editionId, channelId: channel.id }
  const fields = fieldsWith(known, useSettled(draft, restMs))
  const { data: typed } = useQuery({
    ...api.publishing.previewPost.queryOptions({ input: { ...place, fields } }),
    enabled: isDirty,
    placeholderData: (before) => before,
  })
  const shown = isDirty && typed ? typed : known
  const addressOf = usePictures(shown.post)
  return (
    <>
      <div className={looks.preview}>
        <PostPreview
          post={shown.post}
          network={channel.network}
          account={channel.account ?? channel.name}
          name={channel.name}
          addressOf={addressOf}
        />
      </div>
      <Said shown={shown} hasLengths={!mayChange} />
      <FormProblem error={problem} />
      {mayChange && (
        <VariantWords
          language={language}
          facts={facts}
          known={known}
          draft={draft}
          isDirty={isDirty}
          onDraft={setDraft}
          onKeep={() => keep(fieldsWith(known, draft), t('kept', { channel: channel.name }))}
          onLeave={() => setDraft(draftOf(known))}
        />
      )}
      <Inherited
        facts={facts}
        known={known}
        mayChange={mayChange && !isDirty}
        onChange={(next) => keep(next, t('kept', { channel: channel.name }))}
        onReset={(part: Part) => keep(without(known.fields, part), t('reset', { channel: channel.name }))}
      />
    </>
  )
}

/** Keeps what was changed, with a way back to what was before. */
function useKeeping({ editionId, channel, known }: Pick<Props, 'editionId' | 'channel'> & { known: Known }) {
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const [problem, setProblem] = useState<unknown>(null)
  const save = async (fields: VariantFields, basedOn: number): Promise<number> => {
    const place = { editionId, channelId: channel.id }
    const { revision } = await client.publishing.saveVariant({ ...place, fields, basedOn })
    await queries.invalidateQueries({ queryKey: api.publishing.getVariant.key() })
    return revision
  }
  const keep = (fields: VariantFields, text: string): void =>
    void save(fields, known.revision).then(
      (revision) => {
        setProblem(null)
        showToast({ text, undo: () => void save(known.fields, revision).catch(tell) })
      },
      (error: unknown) => setProblem(error),
    )
  return { keep, problem }
}

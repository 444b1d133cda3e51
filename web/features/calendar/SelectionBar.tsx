/** What can be done with several entries at once. Each is moved or cancelled by itself: one that is refused stops none of the others. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeliveryId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { useKeys } from '../../ui/keys.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './carrying/carrying.module.css'
import { type Selection, useSelected } from './selection.ts'

type Change = Parameters<typeof client.publishing.changeDeliveries>[0]['change']

const opposite = (change: Change): Change =>
  change.kind === 'move'
    ? { kind: 'move', days: -change.days }
    : { kind: change.kind === 'cancel' ? 'restore' : 'cancel' }

export function SelectionBar({ selection, shown }: { selection: Selection; shown: readonly { id: string }[] }) {
  const selected = useSelected(selection)
  // what is not in sight any more is not changed unseen
  const ids = shown.filter(({ id }) => selected.has(id)).map(({ id }) => id)
  return ids.length === 0 ? null : <Bar ids={ids} onClear={selection.clear} />
}

function Bar({ ids, onClear }: { ids: readonly string[]; onClear: () => void }) {
  const t = useWords('calendar')
  const change = useChange()
  const [days, setDays] = useState('1')
  useKeys([{ keys: 'escape', label: t('selected.clear'), group: t('title'), run: onClear }])
  const count = Number(days)
  const isWhole = Number.isInteger(count) && count !== 0 && Math.abs(count) <= 366
  return (
    <section className={looks.strip} aria-label={t('selected', { count: ids.length })}>
      <strong role="status">{t('selected', { count: ids.length })}</strong>
      <form
        className={looks.stripKeys}
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) change(ids, { kind: 'move', days: count })
        }}
      >
        <label>
          {t('selected.days')}{' '}
          <input
            type="number"
            min={-366}
            max={366}
            value={days}
            className={looks.days}
            onChange={(event) => setDays(event.currentTarget.value)}
          />
        </label>
        <Button type="submit" size="small" disabledWhy={!isWhole && t('selected.no-days')}>
          {t('move')}
        </Button>
      </form>
      <Button
        size="small"
        tone="danger"
        onClick={() => {
          change(ids, { kind: 'cancel' })
          onClear()
        }}
      >
        {t('selected.cancel')}
      </Button>
      <Button size="small" tone="quiet" onClick={onClear}>
        {t('selected.clear')}
      </Button>
    </section>
  )
}

function useChange(): (ids: readonly string[], change: Change) => void {
  const t = useWords('calendar')
  const tell = useRefusalToast()
  const queries = useQueryClient()
  const act = async (ids: readonly string[], change: Change): Promise<string[]> => {
    const results = await client.publishing.changeDeliveries({ ids: ids as DeliveryId[], change }) // they came with the deliveries
    await queries.invalidateQueries({ queryKey: api.publishing.key() })
    const refused = results.filter(({ refusal }) => refusal !== null)
    if (refused.length > 0)
      showToast({
        tone: 'bad',
        text: t('selected.refused', { count: refused.length, why: refused[0]?.refusal?.text ?? '' }),
      })
    return results.filter(({ refusal }) => refusal === null).map(({ id }) => id)
  }
  const { mutate } = useMutation({
    mutationFn: ({ ids, change }: { ids: readonly string[]; change: Change }) => act(ids, change),
    onSuccess: (done, { change }) => {
      if (done.length === 0) return
      const text = t(change.kind === 'move' ? 'selected.moved' : 'selected.cancelled', { count: done.length })
      showToast({ text, undo: () => void act(done, opposite(change)).catch(tell) })
    },
    onError: tell,
  })
  return (ids, change) => mutate({ ids, change })
}

/** What happens when something is put somewhere: a move, a plan, another status; or it goes back, and why is said. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { EditionId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { showToast } from '../../ui/toasts.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import type { Carried, Target } from './carrying/carry.ts'
import type { Verdict } from './carrying/verdict.ts'
import { columnOf, columnOfIdea, isEditorial } from './columns.ts'
import type { Idea } from './ideas.ts'
import type { Moment, Opened } from './opened.ts'
import type { Moves } from './use-moves.ts'
import { useVerdictWords } from './verdict-words.ts'

export type Put = (carried: Carried, target: Target, verdict: Verdict | null) => void

export function usePut(moves: Moves, open: (what: Opened) => void): Put {
  const verdictWords = useVerdictWords()
  const setStatus = useSetStatus()
  return (carried, target, verdict) => {
    if (!verdict || isWhereItWas(carried, target, verdict)) return
    if (verdict.weight === 'refused') return void showToast({ tone: 'bad', text: verdictWords(verdict).join(' ') })
    if (carried.kind === 'delivery') {
      const { delivery } = carried
      if (!verdict.wanted) return
      if (verdict.weight === 'asks') open({ kind: 'entry', id: delivery.id, wanted: verdict.wanted })
      else moves.moveTo(delivery, verdict.wanted)
      return
    }
    if (target.kind !== 'column') open({ kind: 'plan', idea: carried.idea, moment: momentOf(target) })
    else if (isEditorial(target.column)) setStatus(carried.idea, target.column)
    else open({ kind: 'plan', idea: carried.idea, moment: null })
  }
}

/** Put down where it stood: nothing was meant, and nothing is said. */
function isWhereItWas(carried: Carried, target: Target, { wanted }: Verdict): boolean {
  if (target.kind === 'column')
    return (
      target.column === (carried.kind === 'delivery' ? columnOf(carried.delivery) : columnOfIdea(carried.idea.status))
    )
  if (carried.kind === 'idea') return false
  const { wallTime, zone } = carried.delivery
  return (
    wanted !== null && wanted.zone === zone && wanted.wallTime.slice(0, 16) === wallTime?.slice(0, 16) && !wanted.pick
  )
}

function momentOf(target: Exclude<Target, { kind: 'column' }>): Moment {
  if (target.kind === 'day') return { day: target.day }
  if (target.kind === 'time') return { day: target.day, time: target.time }
  const { wallTime, zone, channelId } = target
  return { day: wallTime.slice(0, 10), time: wallTime.slice(11, 16), zone, channelId }
}

function useSetStatus(): (idea: Idea, to: EditorialStatus) => void {
  const t = useWords('calendar')
  const inWords = useWords('statuses')
  const tell = useRefusalToast()
  const queries = useQueryClient()
  return useCallback(
    (idea, to) => {
      const become = async (status: string): Promise<void> => {
        await client.content.setStatus({ id: idea.editionId as EditionId, status: status as EditorialStatus }) // one of the board's, or what it had
        await queries.invalidateQueries({ queryKey: api.publishing.listBacklog.key() })
      }
      void doWithUndo({
        text: t('status.changed', { title: idea.title || t('untitled'), status: inWords(`edition.${to}`) }),
        run: () => become(to),
        undo: () => become(idea.status),
        onFailure: tell,
      })
    },
    [t, inWords, tell, queries],
  )
}

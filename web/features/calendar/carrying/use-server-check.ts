/** The server is asked of a place where what is carried rests for a moment: it knows what the page cannot. */
import { useEffect } from 'react'
import { client } from '../../../api/client.ts'
import { type Carry, isSame } from './carry.ts'
import { verdictOf } from './verdict.ts'

const restMs = 160

export function useServerCheck(carry: Carry): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let asked = ''
    const check = async (): Promise<void> => {
      const state = carry.now()
      if (state.by === null || state.carried.kind !== 'delivery' || !state.target) return
      const { carried, target } = state
      const wanted = carry.verdictOf(target)?.wanted
      if (!wanted) return
      try {
        const { conflicts } = await client.publishing.checkPlan({ deliveryId: carried.delivery.id, when: wanted })
        const now = carry.now()
        if (now.by !== null && now.carried === carried && isSame(now.target, target))
          carry.learn(target, verdictOf(carried, wanted, conflicts))
      } catch {
        // what is known here stands, and the server decides when it is let go
      }
    }
    const stop = carry.watch(() => {
      const state = carry.now()
      const key = state.by === null ? '' : JSON.stringify(state.target)
      if (key === asked) return
      asked = key
      clearTimeout(timer)
      if (key !== '' && key !== 'null') timer = setTimeout(() => void check(), restMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [carry])
}

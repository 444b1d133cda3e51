import { expect, test } from 'vitest'
import { createStopper } from './lifecycle.ts'
import { createLog } from './log.ts'

const setUp = (deadlineMs = 10_000) => {
  const lines: string[] = []
  const log = createLog({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } })
  return { stopper: createStopper({ deadlineMs, log }), lines, order: [] as string[] }
}

test('stops in reverse order, each after the one before it is done', async () => {
  const { stopper, order } = setUp()
  for (const name of ['database', 'bus', 'server']) {
    stopper.add(name, async () => {
      order.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      order.push(`${name} ends`)
    })
  }
  expect(stopper.isStopping()).toBe(false)
  expect(await stopper.stop()).toEqual({ failed: [] })
  expect(stopper.isStopping()).toBe(true)
  expect(order).toEqual(['server begins', 'server ends', 'bus begins', 'bus ends', 'database begins', 'database ends'])
})

test('stops once, however often it is asked', async () => {
  const { stopper, order } = setUp()
  stopper.add('a', () => void order.push('a'))
  const [first, second] = [stopper.stop(), stopper.stop()]
  expect(first).toBe(second)
  await first
  expect(await stopper.stop()).toEqual({ failed: [] })
  expect(order).toEqual(['a'])
})

test('goes on after a part that fails or hangs, and names them', async () => {
  const { stopper, order, lines } = setUp(20)
  let isTold = false
  stopper.add('last', () => void order.push('last'))
  stopper.add('throws', () => {
    throw new Error('broken')
  })
  stopper.add('hangs', (deadline) => {
    deadline.addEventListener('abort', () => {
      isTold = true
    })
    return new Promise(() => undefined)
  })
  stopper.add('rejects', async () => Promise.reject(new Error('refused')))
  const { failed } = await stopper.stop()
  expect(failed.map(({ name, error }) => `${name}: ${error instanceof Error ? error.message : 'odd'}`)).toEqual([
    'rejects: refused',
    'hangs: hangs had not stopped after 20 ms',
    'throws: broken',
  ])
  expect([isTold, order]).toEqual([true, ['last']])
  expect(lines).toHaveLength(3)
})

test('forgets what was taken off, and stops what is added while stopping', async () => {
  const { stopper, order } = setUp()
  const takeOff = stopper.add('gone', () => void order.push('gone'))
  stopper.add('first', () => void order.push('first'))
  stopper.add('opens another', () => void stopper.add('late', () => void order.push('late')))
  takeOff()
  takeOff()
  await stopper.stop()
  expect(order).toEqual(['late', 'first'])
  stopper.add('after the end', () => void order.push('after the end'))
  await stopper.stop()
  expect(order).toEqual(['late', 'first', 'after the end'])
})

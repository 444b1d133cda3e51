/** One process of a crowd (see `crowd.ts`): uses the limits as its argument says, then prints what it was answered. */
import { createLog } from '../log.ts'
import { openRedis } from '../redis.ts'
import type { CrowdAnswer, CrowdTask } from './crowd.ts'
import { createRedisRateLimits } from './redis.ts'

const { redisUrl, prefix, keys, uses, atOnce, limit, windowSeconds } = JSON.parse(process.argv[2] ?? '') as CrowdTask // crowd.ts wrote it
const lines: string[] = []
const log = createLog({ service: 'crowd', level: 'info', destination: { write: (line) => lines.push(line) } })
const redis = openRedis({ url: redisUrl, prefix })
await redis.opened
const limits = createRedisRateLimits({ redis, log })
const answer: CrowdAnswer = { allowed: Object.fromEntries(keys.map((key) => [key, 0])), refused: 0, alone: 0, ms: 0 }

// All begin when they are told to, so that the bursts meet.
process.stdout.write('ready\n')
await new Promise((resolve) => process.stdin.once('data', resolve))
const begunAt = performance.now()
let left = uses
const use = async (): Promise<void> => {
  while (left > 0) {
    const key = keys[left % keys.length] ?? ''
    left -= 1
    const { allowed } = await limits.consume(key, { limit, windowSeconds })
    if (allowed) answer.allowed[key] = (answer.allowed[key] ?? 0) + 1
    else answer.refused += 1
  }
}
await Promise.all(Array.from({ length: atOnce }, use))
answer.ms = performance.now() - begunAt
answer.alone = lines.filter((line) => line.includes('counts alone')).length
await limits.close()
await redis.close()
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0))

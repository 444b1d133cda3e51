/** `npm run cluster`: the cluster shape on this machine until Ctrl-C; `npm run cluster -- --stop` ends it from elsewhere. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCluster } from './cluster.ts'

const folder = path.resolve(
  process.env['FLOOWE_DATA'] ?? fileURLToPath(new URL('../../.floowe-cluster', import.meta.url)),
)
const stateFile = path.join(folder, 'running.json')
const say = (sentence: string): void => console.log(`floowe  ${sentence}`)
const endMsMax = 60_000

type Running = { pid: number; startedAt: string }
/** The same process, not another with its number. */
const startOf = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? null
  } catch {
    return null
  }
}
const running = (): Running | null => {
  if (!existsSync(stateFile)) return null
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as Running // written below
  return startOf(state.pid) === state.startedAt ? state : null
}

const words = process.argv.slice(2)
const known = running()
if (words[0] === '--stop' && words.length === 1) {
  if (!known) {
    say('no cluster runs here')
    process.exit(0)
  }
  process.kill(known.pid, 'SIGTERM')
  const giveUpAt = Date.now() + endMsMax
  while (running() && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 100))
  if (running()) {
    console.error('floowe  it does not end')
    process.exit(1)
  }
  say('stopped')
} else if (words.length > 0) {
  console.error('use: npm run cluster [-- --stop]')
  process.exit(2)
} else if (known) {
  console.error(`floowe  a cluster runs here already (process ${known.pid}); npm run cluster -- --stop ends it`)
  process.exit(1)
} else await run()

async function run(): Promise<void> {
  const begun = performance.now()
  let stop: (() => Promise<void>) | null = null
  let isStopping = false
  const end = async (): Promise<void> => {
    if (isStopping) process.exit(130)
    isStopping = true
    say('stopping')
    if (!stop) return
    await stop()
    rmSync(stateFile, { force: true })
    say('stopped')
    process.exit(0)
  }
  process.on('SIGINT', () => void end())
  process.on('SIGTERM', () => void end())
  const cluster = await startCluster({
    folder,
    port: Number(process.env['FLOOWE_PORT'] ?? 4800),
    variables: process.env,
    hasDemo: process.env['FLOOWE_DEMO'] !== 'off',
    say,
  })
  stop = cluster.stop
  writeFileSync(stateFile, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }), { mode: 0o600 })
  if (isStopping) return end()
  for (const { name, place } of cluster.places) say(`${name.padEnd(12)} ${place}`)
  const access = cluster.demo
    ? `sign in as ${cluster.demo.email} with ${cluster.demo.password}`
    : `first run: open ${cluster.url}/setup with the code ${cluster.setupCode}`
  say(`ready in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${cluster.url} · ${access}`)
}

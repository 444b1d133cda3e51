import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { holdLock, LockHeld, lockName } from './lock.ts'
import { eventually, makeWorkplace, type Workplace } from './testing-processes.ts'

let place: Workplace
beforeEach(() => {
  place = makeWorkplace()
})
afterEach(() => place.clean())

describe('the lock on a data folder', () => {
  it('refuses a second start and names the holder, its start and its address', async () => {
    const first = place.start({ postgres: false, address: 'http://127.0.0.1:4800' })
    await first.until('ready')
    const refused = await place.start({ postgres: false }).until('refused', 'ready')
    expect(refused).toMatchObject({ event: 'refused', code: 'lock-held', answered: true })
    expect(refused.holder).toMatchObject({ pid: first.pid, address: 'http://127.0.0.1:4800' })
    expect(refused.sentence).toContain(`process ${first.pid}`)
    expect(refused.sentence).toContain('at http://127.0.0.1:4800')
    expect(refused.sentence).toMatch(/since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
  })

  it('refuses while the holder is stopped, and says that it does not answer', async () => {
    const first = place.start({ postgres: false })
    await first.until('ready')
    first.child.kill('SIGSTOP')
    await eventually('the holder is stopped', () => fs.readFileSync(`/proc/${first.pid}/stat`, 'utf8').includes(') T '))
    const refused = await place.start({ postgres: false }).until('refused', 'ready')
    expect(refused).toMatchObject({ event: 'refused', answered: false, holder: { pid: first.pid } })
    expect(refused.sentence).toContain('does not answer')
    expect(refused.sentence).toContain(`process ${first.pid}`)
  })

  it('is free as soon as the holder is killed', async () => {
    const first = place.start({ postgres: false })
    await first.until('ready')
    await first.kill()
    expect(fs.existsSync(path.join(place.folder, 'holder.json'))).toBe(true)
    const second = place.start({ postgres: false })
    expect((await second.until('ready', 'refused')).event).toBe('ready')
  })

  it('lets exactly one of many simultaneous starts in', async () => {
    const all = Array.from({ length: 6 }, () => place.start({ postgres: false }))
    const outcomes = await Promise.all(all.map((one) => one.until('ready', 'refused')))
    expect(outcomes.filter((line) => line.event === 'ready')).toHaveLength(1)
  })

  it('is not refused to a process that is itself too busy to hear an answer in time', async () => {
    const folder = openDataFolder(place.folder)
    let isOver = false
    const keepBusy = () => {
      const until = performance.now() + 60
      while (performance.now() < until);
      if (!isOver) setImmediate(keepBusy)
    }
    setImmediate(keepBusy)
    try {
      const lock = await holdLock(folder.path)
      await expect(holdLock(folder.path)).rejects.toBeInstanceOf(LockHeld)
      await lock.release()
    } finally {
      isOver = true
    }
  })

  it('is given back by release, and only then', async () => {
    const folder = openDataFolder(place.folder)
    const lock = await holdLock(folder.path)
    await expect(holdLock(folder.path)).rejects.toBeInstanceOf(LockHeld)
    await lock.release()
    await lock.release()
    await (await holdLock(folder.path)).release()
  })

  it('does not believe a stranger who took the name', async () => {
    const folder = openDataFolder(place.folder)
    // Init is alive and belongs to somebody else; it does not hold the name.
    const lie = { pid: 1, startedAt: new Date().toISOString(), address: 'http://evil.example/\u001b[2J' }
    const squatter = net.createServer((socket) => socket.end(`${JSON.stringify(lie)}\n`))
    await new Promise<void>((resolve) => squatter.listen({ path: `\0${lockName(folder.path)}` }, resolve))
    const refused = await holdLock(folder.path).catch((error: unknown) => error)
    await new Promise((resolve) => squatter.close(resolve))
    expect(refused).toBeInstanceOf(LockHeld)
    expect(String(refused)).toContain('cannot be seen from here')
    expect(String(refused)).not.toContain('evil')
  })

  it('sees a holder in another network namespace through the socket in the folder', async () => {
    const folder = openDataFolder(place.folder)
    const answer = { pid: 4242, startedAt: new Date().toISOString(), address: '' }
    const elsewhere = net.createServer((socket) => socket.end(`${JSON.stringify(answer)}\n`))
    await new Promise<void>((resolve) => elsewhere.listen({ path: folder.file('lock.sock') }, resolve))
    await expect(holdLock(folder.path)).rejects.toMatchObject({ code: 'lock-held', answered: true })
    await new Promise((resolve) => elsewhere.close(resolve))
    await (await holdLock(folder.path)).release()
  })

  it('answers more askers than it takes at once, and outlives those who hang', async () => {
    const folder = openDataFolder(place.folder)
    const lock = await holdLock(folder.path)
    const hanging = Array.from({ length: 64 }, () => net.connect({ path: `\0${lockName(folder.path)}` }))
    for (const socket of hanging) socket.on('error', () => {})
    const probe = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
    await new Promise((resolve) => probe.once('exit', resolve))
    await expect(holdLock(folder.path)).rejects.toBeInstanceOf(LockHeld)
    for (const socket of hanging) socket.destroy()
    await lock.release()
  })
})

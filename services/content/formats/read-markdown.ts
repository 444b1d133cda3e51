/**
 * Markdown that people bring, read without holding up everything else.
 *
 * Reading takes longer than its length where one paragraph holds very many lines or signs. Short, plain texts are read at
 * once; long or crowded ones on a thread of their own, which is stopped when it takes too long.
 */
import { Worker } from 'node:worker_threads'
import type { Body } from '@floowe/contracts/body'
import type { Note } from './incoming.ts'
import { markdownToBody } from './markdown.ts'
import { withIds } from './sources.ts'

const plainLengthMax = 64 * 1024
const plainEffortMax = 5_000_000
const timeMaxMs = 30_000
const memoryMaxMb = 512

/** @returns null when it takes longer than half a minute, or more memory than any text needs. */
export async function readMarkdown(markdown: string, ids: () => string): Promise<{ body: Body; notes: Note[] } | null> {
  if (markdown.length <= plainLengthMax && effortOf(markdown) <= plainEffortMax)
    return markdownToBody(markdown, { ids })
  const read = await onThread(markdown)
  return read && { body: withIds(read.body, ids), notes: read.notes }
}

function onThread(markdown: string): Promise<{ body: Body; notes: Note[] } | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./markdown-worker.ts', import.meta.url), {
      workerData: markdown,
      resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb },
    })
    const end = (read: { body: Body; notes: Note[] } | null): void => {
      clearTimeout(timer)
      resolve(read)
      void worker.terminate()
    }
    const timer = setTimeout(end, timeMaxMs, null)
    worker.once('message', end)
    // Out of memory or stack: the text is at fault, not the program.
    worker.once('error', () => end(null))
    worker.once('exit', () => end(null))
  })
}

/**
 * About how much work a text makes: for each stretch between blank lines, its length times the signs and lines in it, and
 * for nested lists the depth of every line again.
 */
export function effortOf(markdown: string): number {
  let effort = 0
  let length = 0
  let signs = 0
  for (const line of markdown.split('\n')) {
    const depth = line.length - line.trimStart().length
    if (depth === line.length) {
      effort += length * signs
      length = 0
      signs = 0
      continue
    }
    length += line.length
    signs += 1 + (line.match(/[*_~`[\]!<&]+/g)?.length ?? 0)
    if (depth > 40) effort += depth * depth
  }
  return effort + length * signs
}

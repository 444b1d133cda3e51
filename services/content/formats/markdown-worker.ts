/** Reads one Markdown text on a thread of its own, for {@link readMarkdown}. */
import { parentPort, workerData } from 'node:worker_threads'
import { markdownToBody } from './markdown.ts'
import { withoutIds } from './sources.ts'

const { body, notes } = markdownToBody(String(workerData), { ids: () => 'b' })
parentPort?.postMessage({ body: withoutIds(body), notes })

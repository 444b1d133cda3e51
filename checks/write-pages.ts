/** `npm run docs`: writes the pages that are made from code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { madePages } from './made-pages.ts'
import { root } from './source.ts'

for (const { file, text } of madePages()) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
  console.log(file)
}

/** What a command is, and what it is handed. */
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Client } from './client.ts'
import type { CliSettings } from './settings.ts'

export type Run = {
  client: Client
  settings: CliSettings
  words: readonly string[]
  flags: Readonly<Record<string, string | boolean | undefined>>
  /** For people, on stderr; silent with --json. */
  tell: (line: string) => void
}
/** What a command answers: the value `--json` prints, and the lines a person reads. `exitCode` 1: it found what should not be. */
export type Answer = { json: unknown; lines: readonly string[]; exitCode?: 0 | 1 }

export type Command = {
  name: string
  usage: string
  summary: string
  options?: ParseArgsOptionsConfig
  /** How many words stand behind the name. */
  words: { min: number; max: number }
  run: (run: Run) => Promise<Answer>
}

/** Every page of a list, at most `pagesMax` of 100. */
export async function everyItem<Item>(
  page: (paging: { limit: number; offset: number }) => Promise<{ items: Item[]; total: number }>,
  pagesMax = 1000,
): Promise<Item[]> {
  const items: Item[] = []
  for (let number = 0; number < pagesMax; number++) {
    const answer = await page({ limit: 100, offset: number * 100 })
    items.push(...answer.items)
    if (answer.items.length < 100 || items.length >= answer.total) break
  }
  return items
}

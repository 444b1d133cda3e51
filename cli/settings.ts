/** Where the server is and with what to call it. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export type CliSettings = {
  url: string
  credential: string | null
  workspace: string | null
  locale: 'pl' | 'en'
  dataFolder: string
  cwd: string
}

const checkout = fileURLToPath(new URL('../', import.meta.url))

/**
 * The local credential in FLOOWE_DATA is used when FLOOWE_URL is unset or names that very server; elsewhere FLOOWE_TOKEN.
 * npm runs scripts in the checkout; INIT_CWD is the folder the person stood in.
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>> = process.env): CliSettings {
  const dataFolder = path.resolve(checkout, variables['FLOOWE_DATA'] || '.floowe')
  const holder = readJson(path.join(dataFolder, 'holder.json'))
  const localUrl = String(holder?.['address'] || `http://127.0.0.1:${variables['FLOOWE_PORT'] || 4800}`)
  const wanted = variables['FLOOWE_URL']?.replace(/\/+$/, '')
  const isLocal = !wanted || wanted === localUrl
  const language = variables['LC_ALL'] || variables['LC_MESSAGES'] || variables['LANG'] || ''
  return {
    url: wanted || localUrl,
    credential:
      (isLocal ? readText(path.join(dataFolder, 'local-credential')) : null) ?? variables['FLOOWE_TOKEN'] ?? null,
    workspace: variables['FLOOWE_WORKSPACE'] || null,
    locale: language.startsWith('pl') ? 'pl' : 'en',
    dataFolder,
    cwd: variables['INIT_CWD'] || process.cwd(),
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

function readJson(file: string): Record<string, unknown> | null {
  try {
    return JSON.parse(readText(file) ?? 'null') as Record<string, unknown> | null
  } catch {
    return null
  }
}

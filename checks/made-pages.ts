/** Pages made from code: settings, refusals. */
import { contracts } from '@floowe/contracts/index'
import { refusalWords } from '@floowe/contracts/refusal-words'
import { createEnvReaders } from '@floowe/platform/ground'
import { readPartSettings } from '@floowe/launch/compose'
import { launchSettings } from '@floowe/launch/settings'

export type MadePage = { file: string; text: string }

export const madePages = (): MadePage[] => [settingsPage(), failuresPage()]

function settingsPage(): MadePage {
  const readers = createEnvReaders({})
  launchSettings(readers.readerFor('launch'), '.')
  readPartSettings(readers)
  const rows = readers
    .entries()
    .map(
      ({ name, summary, standard, isSecret, service }) =>
        `| \`${name}\` | ${summary}${isSecret ? ' (secret)' : ''} | ${standard === '' ? '' : `\`${standard}\``} | ${service} |`,
    )
  return {
    file: 'docs/settings.md',
    text: `# Settings\n\nEnvironment variables, read once at start; all mistakes are reported together. This page is made from code (\`npm run docs\`).\n\nThe command line reads \`FLOOWE_DATA\`, \`FLOOWE_URL\`, \`FLOOWE_TOKEN\` and \`FLOOWE_WORKSPACE\`.\n\n| Variable | Meaning | Standard | Read by |\n|---|---|---|---|\n${rows.join('\n')}\n`,
  }
}

type Declared = { '~orpc': { errorMap: Record<string, { status?: number }> } }

function failuresPage(): MadePage {
  const uses = new Map<string, { statuses: Set<number>; operations: string[] }>()
  for (const [service, operations] of Object.entries(contracts)) {
    for (const [name, operation] of Object.entries(operations as Record<string, Declared>)) {
      for (const [code, { status }] of Object.entries(operation['~orpc'].errorMap)) {
        const use = uses.get(code) ?? { statuses: new Set(), operations: [] }
        use.statuses.add(status ?? 500)
        use.operations.push(`${service}.${name}`)
        uses.set(code, use)
      }
    }
  }
  const all = [...uses.values()].reduce((most, { operations }) => Math.max(most, operations.length), 0)
  const rows = Object.entries(refusalWords).map(([code, words]) => {
    const use = uses.get(code)
    const where = !use
      ? 'the front door'
      : use.operations.length === all
        ? 'any operation'
        : use.operations.map((operation) => `\`${operation}\``).join(', ')
    return `## ${code}\n\n${[...(use?.statuses ?? [])].join(', ') || '4xx'} · ${where}\n\n${words.en}\n\n*${words.pl}*\n`
  })
  return {
    file: 'docs/failures.md',
    text: `# Refusals by code\n\nEvery refusal has a stable code, an HTTP status and a text in the caller's language. This page is made from code (\`npm run docs\`).\n\n${rows.join('\n')}`,
  }
}

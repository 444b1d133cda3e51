/** The `floowe` command: a client of the REST API. Exit 0 done, 1 refused (code and text on stderr), 2 wrong use. */
import { parseArgs } from 'node:util'
import { asked, connect, Refused, WrongUse } from './client.ts'
import type { Command } from './command.ts'
import { articlesCommand, deliveriesCommand, showCommand } from './commands/articles.ts'
import { auditCommand } from './commands/audit.ts'
import { backupCommand, restoreCommand, unretireCommand } from './commands/backup.ts'
import { calendarCommand } from './commands/calendar.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { tokenCommand, userCommand } from './commands/people.ts'
import { publishCommand } from './commands/publish.ts'
import { secretCommand } from './commands/secret.ts'
import { readSettings } from './settings.ts'

const commands: readonly Command[] = [
  importCommand,
  exportCommand,
  articlesCommand,
  showCommand,
  publishCommand,
  deliveriesCommand,
  calendarCommand,
  tokenCommand,
  userCommand,
  auditCommand,
  secretCommand,
  backupCommand,
  restoreCommand,
  unretireCommand,
]

const overview = `floowe COMMAND [--json] [--workspace W] [--help]

${commands.map((command) => `  ${command.usage}\n      ${command.summary}`).join('\n')}

Calls the server on this machine with its local credential, or FLOOWE_URL with FLOOWE_TOKEN.`

async function main(given: readonly string[]): Promise<number> {
  const name = given.find((word) => !word.startsWith('-'))
  const command = commands.find((one) => one.name === name)
  if (!command) {
    const isHelp = name === undefined && (given.length === 0 || given.includes('--help'))
    if (!isHelp) throw new WrongUse(name ? `There is no command ${name}.` : 'Name a command.')
    console.log(overview)
    return 0
  }
  const { values, positionals } = parse(given, command)
  if (values['help']) {
    console.log(`floowe ${command.usage}\n${command.summary}`)
    return 0
  }
  const words = positionals.slice(1)
  if (words.length < command.words.min || words.length > command.words.max)
    throw new WrongUse(`floowe ${command.usage}`)
  const isJson = values['json'] === true
  const settings = {
    ...readSettings(),
    ...(typeof values['workspace'] === 'string' ? { workspace: values['workspace'] } : {}),
  }
  const answer = await asked(
    () =>
      command.run({
        client: connect(settings),
        settings,
        words,
        flags: values as Record<string, string | boolean | undefined>,
        tell: (line) => isJson || console.error(line),
      }),
    settings,
  )
  console.log(isJson ? JSON.stringify(answer.json) : answer.lines.join('\n'))
  return answer.exitCode ?? 0
}

function parse(given: readonly string[], command: Command) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        ...command.options,
        json: { type: 'boolean' },
        help: { type: 'boolean' },
        workspace: { type: 'string' },
      },
    })
  } catch (error) {
    throw new WrongUse(`${error instanceof Error ? error.message : String(error)}\nfloowe ${command.usage}`)
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof WrongUse) {
    console.error(error.message)
    process.exitCode = 2
  } else if (error instanceof Refused) {
    console.error(`${error.code}: ${error.message}`)
    process.exitCode = 1
  } else throw error
}

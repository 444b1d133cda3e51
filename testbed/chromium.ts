import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** A browser that can be started as it stands: no variables, no libraries of the system are needed. */
export type FoundChromium = {
  executablePath: string
  /** Words every start needs, whoever starts it (Playwright, Lighthouse). */
  args: string[]
  /** `system`: installed on this machine. `npm`: unpacked from the package. */
  from: 'system' | 'npm'
}

const systemPrograms = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/lib/chromium/chromium',
  '/usr/local/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Only this machine: a page under test that asks for anything else must fail here as it would for a careful reader. */
const loopbackOnly = 'MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.0.0.1 , EXCLUDE [::1]'

const words = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--font-render-hinting=none',
  `--host-resolver-rules=${loopbackOnly}`,
]

const unpackWithinMs = 120_000

/**
 * Finds a Chromium: the machine's own, else the one in the npm package, unpacked once per version (2 s) with its
 * libraries and a font that has the Polish letters. May be called by several processes at once.
 */
export async function findChromium(options: { npmOnly?: boolean } = {}): Promise<FoundChromium> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...words] : words
  const installed = options.npmOnly ? undefined : systemPrograms.find(isRunnable)
  if (installed) return { executablePath: installed, args, from: 'system' }
  return { executablePath: await unpack(), args, from: 'npm' }
}

/** Starts it without a window. The caller closes it. */
export async function launchBrowser(options: LaunchOptions & { npmOnly?: boolean } = {}): Promise<Browser> {
  const { npmOnly, args: more, ...rest } = options
  const { executablePath, args } = await findChromium({ npmOnly: npmOnly ?? false })
  return chromium.launch({ headless: true, ...rest, executablePath, args: [...args, ...(more ?? [])] })
}

async function unpack(): Promise<string> {
  const packageFolder = path.dirname(path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))))
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8'))
  const name = `floowe-chromium-${version}`
  // Beside the packages where this user may write there, so that `npm ci` removes it with them.
  const besidePackages = path.join(packageFolder, '..', '..', '.cache')
  const parent = canWrite(besidePackages) ? besidePackages : fs.realpathSync(os.tmpdir())
  const target = path.join(parent, parent === besidePackages ? name : `${name}-${process.getuid?.() ?? 'user'}`)
  const program = path.join(target, 'start')
  if (isOurs(target) && isRunnable(program)) return program
  const workshop = path.join(parent, `${name}-${randomBytes(6).toString('hex')}`)
  fs.mkdirSync(workshop, { mode: 0o700 })
  try {
    await unpackInto(workshop)
    fs.writeFileSync(path.join(workshop, 'fonts', 'fonts.conf'), fontSettings(path.join(target, 'fonts')))
    fs.writeFileSync(path.join(workshop, 'start'), startScript, { mode: 0o755 })
    fs.renameSync(workshop, target)
  } catch (error) {
    // Another process was faster.
    if (!(isOurs(target) && isRunnable(program))) throw error
  } finally {
    fs.rmSync(workshop, { recursive: true, force: true })
  }
  return program
}

/**
 * The package unpacks into the system's temporary folder, always under the same names, and its libraries only when it
 * believes to be on the system they were made for. So it runs in a process of its own that is told both.
 */
function unpackInto(folder: string): Promise<void> {
  const code = `const { default: c } = await import('@sparticuz/chromium'); await c.executablePath()`
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: path.dirname(fileURLToPath(import.meta.url)),
      env: { TMPDIR: folder, HOME: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: unpackWithinMs,
      killSignal: 'SIGKILL',
    })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-4000)
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`Chromium could not be unpacked into ${folder}:\n${said}`)),
    )
  })
}

/** Its own libraries come first: the machine may have none, or others. */
const startScript = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
FONTCONFIG_PATH="$here/fonts"
export LD_LIBRARY_PATH FONTCONFIG_PATH
exec "$here/chromium" "$@"
`

/** Only the packaged font, for every family: pages look alike wherever the tests run. */
const fontSettings = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <cachedir>${folder}/cache</cachedir>
</fontconfig>
`

function isRunnable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}

/** In a shared temporary folder anybody may have put a program under our name. */
function isOurs(folder: string): boolean {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === process.getuid())
}

function canWrite(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

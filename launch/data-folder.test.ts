import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder, writeWhole } from './data-folder.ts'

let home: string
beforeEach(() => {
  home = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'floowe-folder-'))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const mode = (file: string): string => (fs.statSync(file).mode & 0o777).toString(8)
const at = (...parts: string[]): string => path.join(home, ...parts)

describe('the data folder', () => {
  it('is made with everything above it, closed to others, and opens again', () => {
    const folder = openDataFolder(at('a', 'b', 'data'))
    expect(folder.path).toBe(at('a', 'b', 'data'))
    expect([folder.path, folder.run, folder.blobs].map(mode)).toEqual(['700', '700', '700'])
    expect(openDataFolder(folder.path).path).toBe(folder.path)
  })

  it('is known by its real path, whichever link leads there', () => {
    const folder = openDataFolder(at('data'))
    fs.symlinkSync(folder.path, at('link'))
    expect(openDataFolder(at('link')).path).toBe(folder.path)
  })

  it('closes a folder of ours that was opened to others', () => {
    fs.mkdirSync(at('data'), { mode: 0o755 })
    openDataFolder(at('data'))
    fs.chmodSync(at('data'), 0o755)
    openDataFolder(at('data'))
    expect(mode(at('data'))).toBe('700')
  })

  it('refuses a folder that holds something else, and leaves its rights alone', () => {
    fs.writeFileSync(at('diary.txt'), 'mine')
    fs.chmodSync(home, 0o755)
    expect(() => openDataFolder(home)).toThrow(expect.objectContaining({ code: 'data-folder-not-ours' }))
    expect(mode(home)).toBe('755')
    expect(fs.readdirSync(home)).toEqual(['diary.txt'])
  })

  it.each([
    ['data-folder-name', () => openDataFolder(' ')],
    ['data-folder-not-a-folder', () => openDataFolder(at('file'))],
    ['data-folder-not-a-folder', () => openDataFolder(at('file', 'data'))],
    ['data-folder-format', () => openDataFolder(at('later'))],
  ])('refuses with %s', (code, open) => {
    fs.writeFileSync(at('file'), '')
    fs.mkdirSync(at('later'))
    fs.writeFileSync(at('later', 'floowe-data.json'), '{"format":2}')
    expect(open).toThrow(expect.objectContaining({ code }))
  })

  it('says so when it may not write there', () => {
    // Not even root may make folders in the kernel's own tree.
    expect(() => openDataFolder('/proc/floowe/data')).toThrow(
      expect.objectContaining({ code: 'data-folder-not-writable' }),
    )
  })

  it('takes no path for a name', () => {
    const folder = openDataFolder(at('data'))
    for (const name of ['', '.', '..', '../x', 'a/b']) expect(() => folder.file(name)).toThrow('plain file name')
  })
})

describe('a secret', () => {
  it('is made once, closed to others, and read ever after', () => {
    const folder = openDataFolder(at('data'))
    expect(folder.readSecret('secret')).toBeUndefined()
    const value = folder.readOrMakeSecret('secret', 32)
    expect(Buffer.from(value, 'base64url')).toHaveLength(32)
    expect(folder.readOrMakeSecret('secret', 32)).toBe(value)
    expect(folder.readSecret('secret')).toBe(value)
    expect(mode(folder.file('secret'))).toBe('600')
    expect(openDataFolder(folder.path).readOrMakeSecret('demo-password', 16, () => 'zielona-kawa')).toBe('zielona-kawa')
  })

  it('is the same for all who make it at once', () => {
    openDataFolder(at('data'))
    const script = `const { openDataFolder } = await import(${JSON.stringify(moduleUrl)});
      console.log(openDataFolder(process.argv[1]).readOrMakeSecret('secret', 32))`
    const all = `for i in 1 2 3 4 5 6; do "$0" --input-type=module -e "$1" "$2" & done; wait`
    const { stdout } = spawnSync('sh', ['-c', all, process.execPath, script, at('data')], { encoding: 'utf8' })
    const values = stdout.trim().split('\n')
    expect(values).toHaveLength(6)
    expect(new Set(values).size).toBe(1)
    expect(fs.readdirSync(at('data')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('is closed again when its rights were opened, and replaced whole', () => {
    const folder = openDataFolder(at('data'))
    folder.readOrMakeSecret('secret', 32)
    fs.chmodSync(folder.file('secret'), 0o644)
    folder.readSecret('secret')
    expect(mode(folder.file('secret'))).toBe('600')
    folder.replaceSecret('secret', 'another')
    expect(folder.readSecret('secret')).toBe('another')
    expect(mode(folder.file('secret'))).toBe('600')
    folder.replaceSecrets('secret', ['next', 'another'])
    expect(folder.readSecret('secret')).toBe('next\nanother')
    expect(mode(folder.file('secret'))).toBe('600')
    expect(() => folder.replaceSecrets('secret', ['one', 'two\nthree'])).toThrow('a secret is one line')
    expect(folder.readSecret('secret')).toBe('next\nanother')
  })

  it.each([
    ['empty', (file: string) => fs.writeFileSync(file, '')],
    ['a folder', (file: string) => fs.mkdirSync(file)],
    ['far too long', (file: string) => fs.writeFileSync(file, 'x'.repeat(5000))],
    ['a link', (file: string) => fs.symlinkSync('/etc/hostname', file)],
  ])('is refused when its file is %s', (_, put) => {
    const folder = openDataFolder(at('data'))
    put(folder.file('secret'))
    expect(() => folder.readOrMakeSecret('secret', 32)).toThrow(expect.objectContaining({ name: 'StartRefused' }))
  })

  it('leaves no half file and no leftover where writing fails', () => {
    fs.mkdirSync(at('in-the-way', 'x'), { recursive: true })
    expect(() => writeWhole(at('in-the-way'), 'text')).toThrow(expect.objectContaining({ name: 'StartRefused' }))
    expect(fs.readdirSync(home)).toEqual(['in-the-way'])
  })

  it('leftovers of killed starts are removed once they are old', () => {
    const folder = openDataFolder(at('data'))
    const [old, young] = [folder.file('.secret.0123456789ab.tmp'), folder.file('.secret.ba9876543210.tmp')]
    for (const file of [old, young]) fs.writeFileSync(file, 'half')
    fs.utimesSync(old, new Date(0), new Date(0))
    openDataFolder(folder.path)
    expect([old, young].map((file) => fs.existsSync(file))).toEqual([false, true])
  })
})

const moduleUrl = new URL('data-folder.ts', `file://${fileURLToPath(import.meta.url)}`).href

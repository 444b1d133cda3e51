/** The source files of the repository, read once, with what a check asks of them: imports, functions, lines. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

export const root = fileURLToPath(new URL('../', import.meta.url))

export type SourceFile = { path: string; text: string; isTest: boolean }
export type Import = { from: string; to: string; line: number; isTypeOnly: boolean }
export type FunctionSize = { name: string; line: number; lines: number }

/** Tracked files and new ones that git does not ignore, with `/` between folders. */
export function filesOf(pattern: RegExp): string[] {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\n')
    .filter((file) => pattern.test(file) && existsSync(path.join(root, file)))
}

export const sourceFiles = (): SourceFile[] =>
  filesOf(/\.(ts|tsx|mts|js|mjs)$/)
    .filter((file) => !/(^|\/)(dist|node_modules|generated)\//.test(file))
    .map((file) => ({
      path: file,
      text: readFileSync(path.join(root, file), 'utf8'),
      isTest: /\.test\.tsx?$|(^|\/)(testing|fixtures)\b/.test(file),
    }))

type Node = { type: string; start: number; end: number } & Record<string, unknown>

/** Static imports, re-exports and `import()` of a literal. */
export function importsOf(file: SourceFile): Import[] {
  const { module } = parseSync(file.path, file.text)
  const lineAt = lineFinder(file.text)
  const found: Import[] = []
  for (const one of module.staticImports)
    found.push({
      from: file.path,
      to: one.moduleRequest.value,
      line: lineAt(one.start),
      isTypeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
    })
  for (const one of module.staticExports)
    for (const entry of one.entries)
      if (entry.moduleRequest)
        found.push({
          from: file.path,
          to: entry.moduleRequest.value,
          line: lineAt(one.start),
          isTypeOnly: entry.isType,
        })
  for (const one of module.dynamicImports) {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(file.text.slice(one.moduleRequest.start, one.moduleRequest.end))
    if (literal?.[1]) found.push({ from: file.path, to: literal[1], line: lineAt(one.start), isTypeOnly: false })
  }
  return found
}

/**
 * Every function with its own length: functions inside it are counted by themselves (a maker that hands back several is no
 * longer than each of them), and so is markup (components count their logic).
 */
export function functionsOf(file: SourceFile): FunctionSize[] {
  const { program } = parseSync(file.path, file.text)
  const lineAt = lineFinder(file.text)
  const found: FunctionSize[] = []
  const visit = (node: unknown, name: string): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child, name)
      return
    }
    if (!isNode(node)) return
    const own = nameOf(node) ?? name
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type) && isNode(node['body'])) {
      const first = lineAt(node.start)
      found.push({ name: own, line: first, lines: lineAt(node.end) - first + 1 - setAsideLines(node['body'], lineAt) })
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'type' && typeof value === 'object') visit(value, own)
  }
  visit(program, '(module)')
  return found
}

/** Lines of the outermost functions and markup inside a node. */
function setAsideLines(node: unknown, lineAt: (offset: number) => number): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, child) => sum + setAsideLines(child, lineAt), 0)
  if (!isNode(node)) return 0
  if (/^(JSXElement|JSXFragment|FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
    return lineAt(node.end) - lineAt(node.start)
  return Object.entries(node).reduce(
    (sum, [key, value]) => (key !== 'type' && typeof value === 'object' ? sum + setAsideLines(value, lineAt) : sum),
    0,
  )
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value

function nameOf(node: Node): string | null {
  const id = node['id'] ?? node['key']
  return isNode(id) && typeof id['name'] === 'string' ? id['name'] : null
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

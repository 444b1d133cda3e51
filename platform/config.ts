/**
 * Settings from the environment. Every service declares what it reads; all mistakes are collected and reported together.
 * `docs/settings.md` is made from the same declarations.
 */

export type SettingEntry = { name: string; summary: string; standard: string; isSecret: boolean; service: string }

export type EnvReader = {
  text: (name: string, options: Declared & { standard?: string; pattern?: RegExp; secret?: boolean }) => string
  optional: (name: string, options: Declared & { pattern?: RegExp; secret?: boolean }) => string | null
  whole: (name: string, options: Declared & { standard: number; min: number; max: number }) => number
  choice: <Choice extends string>(
    name: string,
    options: Declared & { standard: Choice; choices: readonly Choice[] },
  ) => Choice
  list: (name: string, options: Declared) => string[]
  /** A mistake that only the reader of several settings can see. */
  mistake: (sentence: string) => void
}
type Declared = { summary: string }

export class SettingsMistakes extends Error {
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(`These settings need attention:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`)
    this.name = 'SettingsMistakes'
    this.mistakes = mistakes
  }
}

/** Reads variables for several services; `finish` throws {@link SettingsMistakes} naming every mistake, or does nothing. */
export function createEnvReaders(variables: Readonly<Record<string, string | undefined>>) {
  const mistakes: string[] = []
  const entries = new Map<string, SettingEntry>()
  const raw = (name: string): string | null => {
    const value = variables[name]?.trim()
    return value === undefined || value === '' ? null : value
  }
  const readerFor = (service: string): EnvReader => {
    const declare = (name: string, summary: string, standard: string, isSecret: boolean): void => {
      if (!/^FLOOWE_[A-Z0-9_]+$/.test(name)) throw new Error(`a setting is named FLOOWE_…, not ${name}`)
      if (!entries.has(name)) entries.set(name, { name, summary, standard, isSecret, service })
    }
    const matches = (name: string, value: string, pattern: RegExp | undefined): boolean => {
      if (!pattern || pattern.test(value)) return true
      mistakes.push(`${name} does not have the expected form (${pattern.source})`)
      return false
    }
    return {
      text: (name, { summary, standard, pattern, secret }) => {
        declare(name, summary, standard ?? '', secret ?? false)
        const value = raw(name) ?? standard
        if (value === undefined) {
          mistakes.push(`${name} is needed: ${summary}`)
          return ''
        }
        matches(name, value, pattern)
        return value
      },
      optional: (name, { summary, pattern, secret }) => {
        declare(name, summary, '', secret ?? false)
        const value = raw(name)
        if (value !== null) matches(name, value, pattern)
        return value
      },
      whole: (name, { summary, standard, min, max }) => {
        declare(name, summary, String(standard), false)
        const value = raw(name) === null ? standard : Number(raw(name))
        if (Number.isInteger(value) && value >= min && value <= max) return value
        mistakes.push(`${name} is a whole number from ${min} to ${max}, not ${JSON.stringify(raw(name))}`)
        return standard
      },
      choice: (name, { summary, standard, choices }) => {
        declare(name, `${summary} (${choices.join(', ')})`, standard, false)
        const value = raw(name) ?? standard
        const chosen = choices.find((choice) => choice === value)
        if (chosen !== undefined) return chosen
        mistakes.push(`${name} is one of ${choices.join(', ')}, not ${JSON.stringify(value)}`)
        return standard
      },
      list: (name, { summary }) => {
        declare(name, `${summary} (comma separated)`, '', false)
        return (raw(name) ?? '')
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      },
      mistake: (sentence) => mistakes.push(sentence),
    }
  }
  return {
    readerFor,
    entries: () => [...entries.values()],
    hasMistakes: () => mistakes.length > 0,
    finish: () => {
      if (mistakes.length > 0) throw new SettingsMistakes([...new Set(mistakes)])
    },
  }
}

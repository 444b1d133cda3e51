/**
 * The texts of the app. `useWords('members')` gives a function whose keys are checked by types:
 * `t('invite.title')`, `t('list.count', { count: 3 })`. Messages are ICU; keys are flat.
 */
import i18next from 'i18next'
import ICU from 'i18next-icu'
import { use, useMemo, useSyncExternalStore } from 'react'
import type { Namespace, WordKey } from './namespaces.ts'

export type AppLanguage = 'pl' | 'en'
type Values = Record<string, string | number | Date | boolean | null | undefined>
/** Says a text of one namespace. */
export type Say<Name extends Namespace> = (key: WordKey<Name>, values?: Values) => string

const files = import.meta.glob<Record<string, unknown>>('./{pl,en}/*.json', { import: 'default' })

/** What every page needs before it shows anything. */
const always: Namespace[] = ['common']

const fromFiles = {
  type: 'backend' as const,
  init: () => {},
  read: (
    language: string,
    namespace: string,
    done: (error: unknown, words: Record<string, unknown> | null) => void,
  ) => {
    const load = files[`./${language}/${namespace}.json`]
    if (!load) return done(new Error(`no words ${language}/${namespace}`), null)
    load().then(
      (words) => done(null, words),
      (error: unknown) => done(error, null),
    )
  },
}

/** Messages come parsed (`build/compile-words.ts`); one without arguments is its own text. */
const compiledMessages = () => {
  // its type leaves out the one method that every i18n format has
  const icu = new ICU({
    memoize: true,
    parseErrorHandler: (error, key) => {
      console.error('words', key, error)
      return key
    },
  }) as InstanceType<typeof ICU> & { parse: (message: unknown, ...rest: unknown[]) => string }
  const parse = icu.parse.bind(icu)
  icu.parse = (message, ...rest) => (typeof message === 'string' ? message : parse(message, ...rest))
  return icu
}

export async function startWords(language: AppLanguage): Promise<void> {
  await i18next
    .use(compiledMessages())
    .use(fromFiles)
    .init(
      {
        lng: language,
        fallbackLng: false,
        supportedLngs: ['pl', 'en'],
        ns: always,
        defaultNS: 'common',
        keySeparator: false,
        nsSeparator: ':',
        interpolation: { escapeValue: false },
        returnNull: false,
        showSupportNotice: false,
      } as Parameters<typeof i18next.init>[0] /* the notice switch is newer than its type */,
    )
  document.documentElement.lang = language
}

/** Loads everything now shown in the other language, then switches at once. */
export async function changeLanguage(language: AppLanguage): Promise<void> {
  if (i18next.language === language) return
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export const loadWords = (...names: Namespace[]): Promise<void> => i18next.loadNamespaces(names)

const onLanguage = (heard: () => void) => {
  i18next.on('languageChanged', heard)
  return () => i18next.off('languageChanged', heard)
}

/** For texts outside components. */
export const currentLanguage = (): AppLanguage => (i18next.language === 'pl' ? 'pl' : 'en')

export const useLanguage = (): AppLanguage => useSyncExternalStore(onLanguage, currentLanguage)

const onArrival = (heard: () => void) => {
  i18next.on('loaded', heard)
  return () => i18next.off('loaded', heard)
}
/** For words that may come later than the page: true by itself when they are there. */
export const useHasWords = (name: Namespace): boolean =>
  useSyncExternalStore(onArrival, () => i18next.hasLoadedNamespace(name))

/** What React takes for settled without waiting a turn. */
const settled = (): Promise<void> => Object.assign(Promise.resolve(), { status: 'fulfilled', value: undefined })

/** One promise per language and namespace, so that a waiting component finds the same one when it is tried again. */
const loading = new Map<string, Promise<void>>()
function loadOnce(language: AppLanguage, name: Namespace): Promise<void> {
  const key = `${language}/${name}`
  const found = loading.get(key) ?? (i18next.hasLoadedNamespace(name, { lng: language }) ? settled() : loadWords(name))
  loading.set(key, found)
  return found
}

/** Waits (Suspense) until the namespace is there; pages load theirs beforehand, see `routes.tsx`. */
export function useWords<Name extends Namespace>(name: Name): Say<Name> {
  const language = useLanguage()
  // Asked in every render: a component that is tried again in the middle has to call the same hooks.
  use(loadOnce(language, name))
  return useMemo(
    () => i18next.getFixedT(language, name) as unknown as Say<Name>, // its keys come from the JSON files, which i18next's own types do not see
    [language, name],
  )
}

/** For texts outside components. Only namespaces that are always loaded. */
export const say = (name: 'common' | 'refusals', key: string, values?: Values): string =>
  i18next.t(`${name}:${key}`, values ?? {})

export const isKnownWord = (name: Namespace, key: string): boolean => i18next.exists(`${name}:${key}`)

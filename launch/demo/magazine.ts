/** The magazine itself: sections and names, the site's look, and the texts, which come as an import from a folder. */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Article } from '@floowe/contracts/content'
import type { JobEngine } from '@floowe/platform/ground'
import { type Zippable, zipSync } from 'fflate'
import type { Cast } from './people.ts'

const here = (folder: string): URL => new URL(`./${folder}/`, import.meta.url)

/** Sections, tags and by-lines with what readers of English call them. */
const categories = [
  ['Reportaże', 'Reports'],
  ['Rozmowy', 'Conversations'],
  ['Praktyka', 'Practice'],
] as const
const tags = [
  ['mapy', 'maps'],
  ['wybrzeże', 'coast'],
  ['rzeka', 'river'],
  ['rzemiosło', 'craft'],
  ['planowanie', 'planning'],
  ['redakcja', 'editing'],
  ['typografia', 'typography'],
  ['język', 'language'],
  ['dane', 'data'],
  ['czytelnicy', 'readers'],
  ['newsletter', 'newsletter'],
  ['papier', 'paper'],
  ['studium przypadku', 'case study'],
  ['prywatność', 'privacy'],
  ['dostępność', 'accessibility'],
] as const
/** A by-line is described once for all languages, so only who writes in one has a word about them. */
const authors = [
  ['Nora Whitfield', 'Writes from the other side of the sea, mostly about things that are repaired.'],
] as const

export async function nameTerms({ calls, as }: Cast): Promise<void> {
  const editor = await as('joanna')
  await Promise.all([
    ...categories.map(([name, en]) => calls.content.createTerm({ kind: 'category', name, names: { en } }, editor)),
    ...tags.map(([name, en]) => calls.content.createTerm({ kind: 'tag', name, names: { en } }, editor)),
    ...authors.map(([name, description]) => calls.content.createTerm({ kind: 'author', name, description }, editor)),
  ])
}

export async function dressSite({ calls, as }: Cast): Promise<void> {
  const menu = (prefix: string, names: readonly string[], more: readonly (readonly [string, string])[]) => [
    ...['reportaze', 'rozmowy', 'praktyka'].map((slug, index) => ({
      label: names[index] ?? slug,
      href: `${prefix}/categories/${slug}`,
    })),
    ...more.map(([label, slug]) => ({ label, href: `${prefix}/${slug}` })),
  ]
  await calls.site.updateSiteSettings(
    {
      name: 'Brzegi',
      tagline: 'Miejsca przy wodzie i praca ze słowem',
      language: 'pl',
      languages: ['pl', 'en'],
      accent: 'river',
      articlesPerPage: 7,
      isListed: true,
      menus: {
        pl: menu(
          '',
          categories.map(([name]) => name),
          [['O nas', 'o-nas']],
        ),
        en: menu(
          '/en',
          categories.map(([, name]) => name),
          [['About', 'about']],
        ),
      },
      footers: {
        pl: '„Brzegi” wydaje Studio Wisła.\nTeksty wolno cytować z podaniem autora i adresu. Błąd? redakcja@studiowisla.example',
        en: 'Brzegi is published by Studio Wisła.\nQuote us freely, with the author and the address. A mistake? redakcja@studiowisla.example',
      },
    },
    await as('joanna'),
  )
}

/** The folder as one archive. Polish texts stand first, so that pictures shared by both languages are described in Polish. */
export async function archive(): Promise<File> {
  const files: Zippable = {}
  const [texts, pictures] = await Promise.all([readdir(here('articles')), readdir(here('pictures'))])
  await Promise.all([
    ...texts
      .filter((name) => name.endsWith('.md'))
      .map(async (name) => {
        files[`${name.endsWith('.pl.md') ? 'articles' : 'translations'}/${name}`] = await readFile(
          new URL(name, here('articles')),
        )
      }),
    ...pictures
      .filter((name) => name.endsWith('.webp'))
      .map(async (name) => {
        files[`pictures/${name}`] = await readFile(new URL(name, here('pictures')))
      }),
  ])
  return new File([zipSync(files, { level: 0 })], 'brzegi.zip', { type: 'application/zip' })
}

const waitMsMax = 15_000

/**
 * Imports the archive and waits until every text is there. The sizes of its pictures are made after the story: once the
 * import runs, no other job begins, because time limits mean nothing where a week passes in a moment.
 */
export async function importTexts(
  { calls, as }: Cast,
  file: File,
  jobs: Pick<JobEngine, 'pause' | 'counts'>,
): Promise<void> {
  const owner = await as('joanna')
  const started = await calls.content.startImport({ file, format: 'markdown', language: 'pl' }, owner)
  const giveUpAt = Date.now() + waitMsMax
  for (let state = started.state, isPaused = false; state !== 'done'; ) {
    if (state !== 'waiting' && !isPaused) {
      isPaused = true
      await jobs.pause()
    }
    if (state === 'failed' || state === 'cancelled' || Date.now() > giveUpAt)
      throw new Error(`the texts of the demo could not be imported: ${state}`)
    await pause(30)
    state = (await calls.content.getImport({ id: started.id }, owner)).state
  }
  // A picture may have been quicker than the pause.
  while (jobs.counts().running > 0 && Date.now() < giveUpAt) await pause(15)
}

/** Pictures inside texts bring their words with the text; here they get some for the library. */
const pictures = [
  ['atlas-plansza', 'Rysowana plansza atlasu: ujście rzeki z piaszczystą łachą'],
  ['ferry-scheme', 'Schemat promu linowego widzianego z góry'],
  ['register-marks', 'Pasery drukarskie i próbki czterech farb'],
] as const

export async function describePictures({ calls, as }: Cast): Promise<void> {
  const editor = await as('anna')
  const { items } = await calls.content.listMedia({ limit: 100 }, editor)
  await Promise.all(
    pictures.map(async ([name, alt]) => {
      const media = items.find((item) => item.name === `${name}.webp`)
      if (media) await calls.content.updateMedia({ id: media.id, alt, credit: 'Studio Wisła' }, editor)
    }),
  )
}

/** Editions by their slug, as they stand now. */
export type Shelf = {
  edition: (slug: string) => {
    id: Article['editions'][number]['id']
    articleId: Article['id']
    revision: number
    title: string
    lead: string
    language: string
    slug: string
  }
}

export async function shelf({ calls, as }: Cast): Promise<Shelf> {
  const { items } = await calls.content.listArticles({ limit: 100 }, await as('joanna'))
  const bySlug = new Map(
    items.flatMap((article) => article.editions.map((edition) => [edition.slug, edition] as const)),
  )
  return {
    edition: (slug) => {
      const found = bySlug.get(slug)
      if (!found) throw new Error(`the demo has no text ${slug}`)
      return found
    },
  }
}

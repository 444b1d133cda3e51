/** Ranked search over titles, leads and bodies. Follows the texts by their events; what it holds may be made anew. */
import { plainText } from '@floowe/contracts/body'
import type { SearchHit } from '@floowe/contracts/content'
import type { ArticleId, EditionId } from '@floowe/contracts/vocabulary'
import type { Host, Transaction } from '@floowe/platform'
import type { z } from 'zod'
import type { DictionaryOf } from './dictionary.ts'
import { indexed, passage, type Query, queryOf, wordMatcher } from './search-index.ts'
import {
  deleteEntriesOf,
  deleteEntry,
  entryRevisions,
  findEntries,
  matchingArticles,
  putEntry,
  readTexts,
  trashEntries,
} from './store/search.ts'
import type { ContentStore } from './store/port.ts'

/** Without a language in the question, it is read in each of these. */
const languagesRead = ['pl', 'en']

export type Search = ReturnType<typeof createSearch>

export function createSearch({ db }: Host, store: ContentStore, dictionaryOf: DictionaryOf) {
  const read = async (question: string, language: string | null): Promise<Query | null> => {
    const languages = await Promise.all(
      (language === null ? languagesRead : [language]).map(async (each) => ({
        language: each,
        dictionary: await dictionaryOf(each),
      })),
    )
    return queryOf(question, languages)
  }
  const takeIn = async (tx: Transaction, workspaceId: string, editionId: EditionId): Promise<void> => {
    const edition = await store.getEdition(workspaceId, editionId)
    if (!edition) return
    const { articleId, language, title, lead } = edition
    const entry = indexed({ title, lead, body: plainText(edition.body), language }, await dictionaryOf(language))
    await putEntry(
      tx,
      workspaceId,
      { editionId, articleId, language, revision: edition.revision, isTrashed: edition.article.trashedAt !== null },
      entry,
    )
  }
  return {
    /** Takes in the newest texts of editions that were saved, each with its revision then; what the index has already is skipped. */
    follow: async (tx: Transaction, workspaceId: string, saved: ReadonlyMap<EditionId, number>): Promise<void> => {
      const ids = [...saved.keys()]
      const known = await entryRevisions(tx, workspaceId, ids)
      const wanted = ids.filter((id) => (known.get(id) ?? 0) < (saved.get(id) ?? 0))
      if (wanted.length === 0) return
      const found = new Map((await store.findEditions(workspaceId, { ids: wanted })).map((one) => [one.id, one]))
      for (const id of wanted) {
        const current = found.get(id)
        if (!current) await deleteEntry(tx, workspaceId, id)
        // Saved again meanwhile: the event of that save is on its way, and one reading of the text is enough.
        else if (current.revision <= (saved.get(id) ?? 0)) await takeIn(tx, workspaceId, id)
      }
    },
    setTrashed: (tx: Transaction, workspaceId: string, articleId: ArticleId, isTrashed: boolean) =>
      trashEntries(tx, workspaceId, articleId, isTrashed),
    forget: (tx: Transaction, workspaceId: string, articleId: ArticleId) => deleteEntriesOf(tx, workspaceId, articleId),

    find: async (
      workspaceId: string,
      question: string,
      language: string | null,
      { limit, offset }: { limit: number; offset: number },
    ): Promise<{ items: z.input<typeof SearchHit>[]; total: number }> => {
      const query = await read(question, language)
      if (!query) return { items: [], total: 0 }
      const matching = (wanted: Query) =>
        findEntries(db, workspaceId, wanted, { language, isTrashed: false }, offset + limit)
      const whole = await matching(query)
      // When no text has all the words, those that have some are a better answer than none.
      const { matches, total } =
        whole.total > 0 || query.words === 1 ? whole : await matching({ ...query, all: query.any, sure: query.any })
      const page = matches.slice(offset)
      const ids = page.map((match) => match.edition_id)
      const [texts, editions] = await Promise.all([
        readTexts(db, workspaceId, ids),
        store.findEditions(workspaceId, { ids }),
      ])
      const matchers = new Map<string, ReturnType<typeof wordMatcher>>()
      for (const each of new Set(editions.map((edition) => edition.language)))
        matchers.set(each, wordMatcher(query, { language: each, dictionary: await dictionaryOf(each) }))
      const items = page.flatMap((match) => {
        const edition = editions.find((each) => each.id === match.edition_id)
        const text = texts.find((each) => each.edition_id === match.edition_id)?.text
        const matcher = edition && matchers.get(edition.language)
        if (!edition || !matcher || text === undefined) return []
        const { articleId, id: editionId, title, status } = edition
        return [
          {
            articleId,
            editionId,
            language: edition.language,
            title,
            status,
            snippet: passage(text, matcher, query.words === 1),
            score: match.score,
          },
        ]
      })
      return { items, total }
    },

    /** Articles with the words in any edition, for lists that are filtered by more than that. */
    articles: async (workspaceId: string, question: string, isTrashed: boolean): Promise<ArticleId[]> => {
      const query = await read(question, null)
      if (!query) return []
      return matchingArticles(db, workspaceId, query, isTrashed)
    },
  }
}

/** `articles`, `show ID`, `deliveries`: what there is. */
import { type Command, everyItem } from '../command.ts'
import { WrongUse } from '../client.ts'

export const articlesCommand: Command = {
  name: 'articles',
  usage: 'articles [--query TEXT] [--lang L] [--all]',
  summary: 'List articles, last changed first',
  options: { query: { type: 'string' }, lang: { type: 'string' }, all: { type: 'boolean' } },
  words: { min: 0, max: 0 },
  run: async ({ client, flags }) => {
    const filter = { query: text(flags['query']), language: text(flags['lang']) }
    const page = flags['all']
      ? await everyItem((paging) => client.content.listArticles({ ...filter, ...paging })).then((items) => ({
          items,
          total: items.length,
        }))
      : await client.content.listArticles({ ...filter, limit: 25 })
    return {
      json: page,
      lines: [
        ...page.items.flatMap((article) =>
          article.editions.map(
            (edition, index) =>
              `${index === 0 ? article.id : ' '.repeat(36)}  ${edition.language.padEnd(5)} ${edition.status.padEnd(17)} ${edition.title || '(untitled)'}`,
          ),
        ),
        `${page.items.length} of ${page.total}`,
      ],
    }
  },
}

export const showCommand: Command = {
  name: 'show',
  usage: 'show ID [--lang L]',
  summary: 'Show an article, or one edition as Markdown',
  options: { lang: { type: 'string' } },
  words: { min: 1, max: 1 },
  run: async ({ client, words, flags }) => {
    const article = await client.content.getArticle({ id: words[0] ?? '' })
    const language = text(flags['lang'])
    const edition = language ? article.editions.find((one) => one.language === language) : article.editions[0]
    if (!edition)
      throw new WrongUse(`The article has editions in ${article.editions.map((one) => one.language).join(', ')}`)
    const [full, live, exported] = await Promise.all([
      client.content.getEdition({ id: edition.id }),
      client.site.getLiveEditions({ articleId: article.id }),
      client.content.exportEdition({ id: edition.id }),
    ])
    return {
      json: { ...article, edition: full, live },
      lines: [...live.map((one) => `live  ${one.language}  ${one.url}`), exported.markdown],
    }
  },
}

export const deliveriesCommand: Command = {
  name: 'deliveries',
  usage: 'deliveries [--state STATE]',
  summary: 'What goes out, went out, or failed',
  options: { state: { type: 'string' } },
  words: { min: 0, max: 0 },
  run: async ({ client, flags }) => {
    const page = await client.publishing.listDeliveries({ limit: 50, state: text(flags['state']) as undefined }) // the server checks the word
    return {
      json: page,
      lines: [
        ...page.items.map(
          (one) =>
            `${one.id}  ${one.state.padEnd(11)} ${(one.wallTime ? `${one.wallTime} ${one.zone ?? ''}` : one.dueAt).padEnd(32)} ${one.channelName}  ${one.title} (${one.language})${one.url ? `\n    ${one.url}` : ''}${one.problem ? `\n    ${one.problem.code}: ${one.problem.text}` : ''}`,
        ),
        `${page.items.length} of ${page.total}`,
      ],
    }
  },
}

const text = (flag: string | boolean | undefined): string | undefined =>
  typeof flag === 'string' && flag !== '' ? flag : undefined

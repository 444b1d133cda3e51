/** The languages of the article: the way to each, and another one. */
import { useQueryClient } from '@tanstack/react-query'
import { IconCheck, IconCopy, IconFile, IconPlus } from '@tabler/icons-react'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useMe } from '../../../api/me.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { useGo, usePaths } from '../../../location.ts'
import { EditionStatus } from '../../../statuses/statuses.tsx'
import { languageChoices } from '../../../ui/choices.ts'
import { useFormats } from '../../../ui/formats.ts'
import { Menu, MenuHeading, MenuItem } from '../../../ui/Menu.tsx'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'

type Props = { article: Article; summary: EditionSummary; mayWrite: boolean; beforeLeaving: () => Promise<unknown> }

export function Languages({ article, summary, mayWrite, beforeLeaving }: Props) {
  const t = useWords('editor')
  const formats = useFormats()
  const paths = usePaths()
  const go = useGo()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { workspace } = useMe()
  const has = new Set<string>(article.editions.map((edition) => edition.language))
  const missing = [
    ...new Set([workspace.language, 'pl', 'en', ...languageChoices(formats.language).map((choice) => choice.value)]),
  ]
    .filter((language) => !has.has(language))
    .slice(0, 12)
  const add = async (language: string, copyFrom?: string) => {
    try {
      await beforeLeaving()
      await client.content.addEdition({ id: article.id, language, copyFrom })
      await queries.invalidateQueries({ queryKey: api.content.getArticle.key() })
      go(paths.editor(article.id, language))
    } catch (error) {
      tell(error)
    }
  }
  return (
    <div className={looks.section}>
      <span className={looks.label}>{t('languages')}</span>
      <ul className={looks.languages}>
        {article.editions.map((edition) => (
          <li key={edition.id}>
            <a
              href={paths.editor(article.id, edition.language)}
              aria-current={edition.id === summary.id ? 'page' : undefined}
            >
              {edition.id === summary.id && <IconCheck aria-hidden="true" />}
              {formats.language(edition.language)}
            </a>
            <EditionStatus status={edition.status} />
          </li>
        ))}
      </ul>
      {mayWrite && (
        <Menu
          label={t('languages.add')}
          width={280}
          trigger={(props) => (
            <button {...props} className={looks.addButton}>
              <IconPlus aria-hidden="true" />
              {t('languages.add')}
            </button>
          )}
        >
          <MenuHeading>{t('languages.empty')}</MenuHeading>
          {missing.slice(0, 6).map((language) => (
            <MenuItem key={language} icon={<IconFile />} onChoose={() => void add(language)}>
              {formats.language(language)}
            </MenuItem>
          ))}
          <MenuHeading>{t('languages.copy', { language: formats.language(summary.language) })}</MenuHeading>
          {missing.slice(0, 6).map((language) => (
            <MenuItem key={language} icon={<IconCopy />} onChoose={() => void add(language, summary.id)}>
              {formats.language(language)}
            </MenuItem>
          ))}
        </Menu>
      )}
    </div>
  )
}

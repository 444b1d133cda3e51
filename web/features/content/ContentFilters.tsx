/** What of the list is shown. Filters live in the address, so a list can be sent as a link. */
import { useQuery } from '@tanstack/react-query'
import { IconFilter, IconSearch, IconTrash, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { TermId } from '@floowe/contracts/vocabulary'
import { api } from '../../api/client.ts'
import type { SearchState } from '../../location.ts'
import { editionStatuses } from '../../statuses/statuses.tsx'
import { Button } from '../../ui/Button.tsx'
import { Select } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useKeys } from '../../ui/keys.tsx'
import { useWords } from '../../words/words.ts'
import { contentLanguages } from './languages.ts'
import looks from './content.module.css'

type Change = (patch: Record<string, string | number | null | undefined>) => void

/** The filters of an address as the operation takes them; unknown values are left out. */
export function filtersOf(search: SearchState) {
  const status: EditorialStatus | undefined = editionStatuses.find((one) => one === search['status'])
  const type = (['article', 'page'] as const).find((one) => one === search['type'])
  const language = /^[a-z]{2,3}(-[A-Z]{2})?$/.test(search['language'] ?? '') ? search['language'] : undefined
  const term = (name: string) => (/^[0-9a-f-]{36}$/.test(search[name] ?? '') ? (search[name] as TermId) : undefined) // the form of every id
  const query = search['query']?.slice(0, 200) || undefined
  const input = {
    query,
    status,
    type,
    language,
    tag: term('tag'),
    category: term('category'),
    author: term('author'),
    trashed: search['view'] === 'trash' ? true : undefined,
  }
  const isFiltered = Object.entries(input).some(([name, value]) => name !== 'trashed' && value !== undefined)
  return { input, isFiltered }
}

export function ContentFilters({ search, change }: { search: SearchState; change: Change }) {
  const t = useWords('content')
  const inWords = useWords('statuses')
  const formats = useFormats()
  const { input, isFiltered } = filtersOf(search)
  const [isOpen, setOpen] = useState(false)
  const chosen = (['status', 'type', 'language', 'tag', 'category', 'author'] as const).filter(
    (name) => input[name],
  ).length
  const set = (name: string) => (value: string) => change({ [name]: value, offset: null })
  useKeys([
    { keys: '/', label: t('search'), group: t('title'), run: () => document.getElementById('content-search')?.focus() },
  ])
  const clear = () =>
    change({
      query: null,
      status: null,
      type: null,
      language: null,
      tag: null,
      category: null,
      author: null,
      offset: null,
    })
  return (
    <search className={looks.filters}>
      <div className={looks.search}>
        <IconSearch size={16} aria-hidden="true" />
        <input
          id="content-search"
          type="search"
          aria-label={t('search')}
          placeholder={t('search.hint')}
          value={search['query'] ?? ''}
          onChange={(event) => set('query')(event.currentTarget.value)}
        />
      </div>
      <Button
        className={looks.filtersButton}
        icon={<IconFilter />}
        aria-expanded={isOpen}
        aria-controls="content-filters"
        onClick={() => setOpen(!isOpen)}
      >
        {t('filter.open', { count: chosen })}
      </Button>
      <div id="content-filters" className={looks.more} data-open={isOpen || undefined}>
        <Select
          aria-label={t('filter.status')}
          value={input.status ?? ''}
          onChoose={set('status')}
          options={[
            { value: '', label: t('filter.status.all') },
            ...editionStatuses.map((one) => ({ value: one as string, label: inWords(`edition.${one}`) })),
          ]}
        />
        <Select
          aria-label={t('filter.language')}
          value={input.language ?? ''}
          onChoose={set('language')}
          options={[
            { value: '', label: t('filter.language.all') },
            ...contentLanguages.map((one) => ({ value: one, label: formats.language(one) })),
          ]}
        />
        <TermFilter
          kind="category"
          label={t('filter.category')}
          all={t('filter.category.all')}
          value={input.category ?? ''}
          onChoose={set('category')}
        />
        <TermFilter
          kind="tag"
          label={t('filter.tag')}
          all={t('filter.tag.all')}
          value={input.tag ?? ''}
          onChoose={set('tag')}
        />
        <TermFilter
          kind="author"
          label={t('filter.author')}
          all={t('filter.author.all')}
          value={input.author ?? ''}
          onChoose={set('author')}
        />
        <Select
          aria-label={t('filter.type')}
          value={input.type ?? ''}
          onChoose={set('type')}
          options={[
            { value: '', label: t('filter.type.all') },
            { value: 'article', label: t('type.articles') },
            { value: 'page', label: t('type.pages') },
          ]}
        />
      </div>
      {isFiltered && (
        <Button tone="quiet" size="small" icon={<IconX />} onClick={clear}>
          {t('filter.clear')}
        </Button>
      )}
      <Button
        tone="quiet"
        size="small"
        icon={<IconTrash />}
        aria-pressed={input.trashed === true}
        onClick={() => change({ view: input.trashed ? null : 'trash', offset: null })}
      >
        {input.trashed ? t('trash.leave') : t('trash')}
      </Button>
    </search>
  )
}

type TermFilterProps = {
  kind: 'tag' | 'category' | 'author'
  label: string
  all: string
  value: string
  onChoose: (value: string) => void
}

function TermFilter({ kind, label, all, value, onChoose }: TermFilterProps) {
  const terms = useQuery({ ...api.content.listTerms.queryOptions({ input: { kind, limit: 100 } }) })
  if (!terms.data || (terms.data.items.length === 0 && !value)) return null
  return (
    <Select
      aria-label={label}
      value={value}
      onChoose={onChoose}
      options={[
        { value: '', label: all },
        ...terms.data.items.map((term) => ({ value: term.id as string, label: term.name })),
      ]}
    />
  )
}

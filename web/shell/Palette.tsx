/** Cmd-K: find an article, go to a page, give a command, without leaving the keyboard. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFileText, IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { api } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { useGo, usePaths } from '../location.ts'
import { useWords } from '../words/words.ts'
import { type Command, foldText, matching, snippetParts, useCommands } from './palette-commands.ts'
import looks from './Palette.module.css'

const searchPauseMs = 140
const articlesShownMax = 8

type PaletteProps = {
  /** What was typed before the palette was there; taken once. */
  typedAhead: RefObject<string>
  onClose: () => void
  onKeys: () => void
}

export function Palette({ typedAhead, onClose, onKeys }: PaletteProps) {
  const t = useWords('shell')
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = box.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={box}
      aria-label={t('palette.title')}
      className={looks.dialog}
      onCancel={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <Finder typedAhead={typedAhead} onClose={onClose} onKeys={onKeys} />
    </dialog>
  )
}

function Finder({ typedAhead, onClose, onKeys }: PaletteProps) {
  const t = useWords('shell')
  const id = useId()
  const go = useGo()
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState(0)
  // taken when the palette is really there: letters come until then
  useLayoutEffect(() => {
    if (typedAhead.current) setQuery(typedAhead.current)
    typedAhead.current = ''
  }, [typedAhead])
  const { articles, isSearching } = useArticles(query)
  const commands = matching(useCommands(onKeys), query)
  const found = useMemo(() => [...articles, ...commands], [articles, commands])
  const current = Math.min(chosen, found.length - 1)

  const run = (command: Command | undefined) => {
    if (!command) return
    onClose()
    if (command.href) go(command.href)
    else command.run?.()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && found.length > 0) {
      event.preventDefault()
      setChosen((current + step + found.length) % found.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(found[current])
    }
  }
  return (
    <>
      <div className={looks.field}>
        <IconSearch size={20} />
        <input
          // the palette is opened to type
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found[current] ? `${id}-${current}` : undefined}
          aria-label={t('palette.placeholder')}
          placeholder={t('palette.placeholder')}
          value={query}
          maxLength={200}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            setChosen(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <p className="only-read" role="status">
        {isSearching ? t('palette.searching') : t('palette.results', { count: found.length })}
      </p>
      <ul id={`${id}-list`} role="listbox" aria-label={t('palette.title')} className={looks.list}>
        {found.map((command, index) => (
          <Entry
            key={command.id}
            command={command}
            id={`${id}-${index}`}
            isChosen={index === current}
            heading={command.group !== found[index - 1]?.group ? t(`palette.${command.group}`) : null}
            onChoose={() => run(command)}
            onPoint={() => setChosen(index)}
          />
        ))}
      </ul>
      {found.length === 0 && !isSearching && <p className={looks.nothing}>{t('palette.nothing', { query })}</p>}
    </>
  )
}

function Entry({
  command,
  id,
  isChosen,
  heading,
  onChoose,
  onPoint,
}: {
  command: Command
  id: string
  isChosen: boolean
  heading: string | null
  onChoose: () => void
  onPoint: () => void
}) {
  const self = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isChosen) self.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  return (
    <>
      {heading && (
        <li role="presentation" className={looks.heading}>
          {heading}
        </li>
      )}
      {/* the keys are handled by the field that owns the list */}
      <li
        ref={self}
        id={id}
        role="option"
        aria-selected={isChosen}
        className={looks.entry}
        onClick={onChoose}
        onPointerMove={onPoint}
      >
        <command.icon size={18} />
        <span className={looks.words}>
          <span className={looks.name}>{command.name}</span>
          {command.snippet && (
            <span className={looks.snippet}>
              {snippetParts(command.snippet).map((part, index) =>
                part.isMatch ? <mark key={index}>{part.text}</mark> : part.text,
              )}
            </span>
          )}
        </span>
        {command.aside && <span className={looks.aside}>{command.aside}</span>}
      </li>
    </>
  )
}

function useArticles(query: string): { articles: Command[]; isSearching: boolean } {
  const [asked] = useDebouncedValue(query.trim(), searchPauseMs)
  const paths = usePaths()
  const mayRead = useMe().permissions.includes('content:read')
  const isAsked = mayRead && foldText(asked).length >= 2
  const { data, isFetching } = useQuery({
    ...api.content.search.queryOptions({ input: { query: asked || ' ', limit: articlesShownMax } }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    // the index follows what is written by a moment
    staleTime: 3_000,
  })
  const articles = useMemo(
    () =>
      isAsked
        ? (data?.items ?? []).map(
            (hit): Command => ({
              id: `article-${hit.editionId}`,
              group: 'articles',
              icon: IconFileText,
              name: hit.title,
              snippet: hit.snippet,
              aside: hit.language.toUpperCase(),
              href: paths.editor(hit.articleId, hit.language),
            }),
          )
        : [],
    [data, isAsked, paths],
  )
  return { articles, isSearching: isFetching || asked !== query.trim() }
}

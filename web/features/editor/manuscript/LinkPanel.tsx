/** Where the selected words lead: an address typed in, or another article found by its title. */
import { useQuery } from '@tanstack/react-query'
import { IconExternalLink, IconFileText, IconPencil, IconUnlink } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useState } from 'react'
import { api } from '../../../api/client.ts'
import { usePaths } from '../../../location.ts'
import { Button } from '../../../ui/Button.tsx'
import { EditionStatus } from '../../../statuses/statuses.tsx'
import { useWords } from '../../../words/words.ts'
import { Floating } from './Floating.tsx'
import { addressOf, articleOf, shownAddress } from './links.ts'
import { showSelection } from './shown-selection.ts'
import looks from './tools.module.css'
import { boxIn, useEditorValue } from './use-editor.ts'

export function LinkPanel({ editor, language, onClose }: { editor: Editor; language: string; onClose: () => void }) {
  const t = useWords('editor')
  const id = useId()
  const [range] = useState(() => {
    // the cursor inside a link means the whole link
    if (editor.state.selection.empty) editor.commands.extendMarkRange('link')
    const { from, to } = editor.state.selection
    return { from, to }
  })
  const [first] = useState(() => String(editor.getAttributes('link').href ?? ''))
  const [text, setText] = useState(articleOf(first) ? '' : first)
  const [chosen, setChosen] = useState(-1)
  const query = useDeferredValue(text.trim())
  const address = addressOf(text)
  const { data } = useQuery({
    ...api.content.search.queryOptions({ input: { query, language, limit: 6 } }),
    enabled: query.length > 1 && address === null,
  })
  const found = query.length > 1 && address === null ? (data?.items ?? []) : []
  useEffect(() => {
    showSelection(editor, range)
    return () => showSelection(editor, null)
  }, [editor, range])
  const apply = (href: string) => {
    onClose()
    editor
      .chain()
      .focus()
      .setTextSelection(range)
      .setMark('link', { href, title: null })
      .setTextSelection(range.to)
      .run()
  }
  const remove = () => {
    onClose()
    editor.chain().focus().setTextSelection(range).unsetMark('link').setTextSelection(range.to).run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && found.length > 0) {
      event.preventDefault()
      setChosen((chosen + step + found.length) % found.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const hit = found[chosen] ?? (address === null ? found[0] : undefined)
      if (hit && address === null) apply(`article:${hit.articleId}`)
      else if (address !== null) apply(address)
    }
  }
  return (
    <Floating editor={editor} box={boxIn(editor, range.from, range.to)} label={t('link')} width={380} onClose={onClose}>
      <div className={looks.linkRow}>
        <input
          autoFocus // the panel is opened to type
          role="combobox"
          aria-label={t('link.address')}
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
          placeholder={t('link.placeholder')}
          value={text}
          maxLength={2048}
          className={looks.linkInput}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setChosen(-1)
          }}
          onKeyDown={onKeyDown}
        />
        {address !== null && address !== first && (
          <Button size="small" tone="primary" onClick={() => apply(address)}>
            {t('link.apply')}
          </Button>
        )}
        {first !== '' && (
          <Button size="small" icon={<IconUnlink />} onClick={remove}>
            {t('link.remove')}
          </Button>
        )}
      </div>
      {articleOf(first) && text === '' && <LinkedArticle id={articleOf(first) ?? ''} />}
      <div id={`${id}-list`} role="listbox" aria-label={t('link.articles')} className={looks.linkList}>
        {found.map((hit, index) => (
          <div
            key={hit.editionId}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            className={looks.entry}
            onClick={() => apply(`article:${hit.articleId}`)}
          >
            <IconFileText aria-hidden="true" />
            <span>
              <strong>{hit.title || t('untitled')}</strong>
            </span>
            <EditionStatus status={hit.status} />
          </div>
        ))}
      </div>
      {query.length > 1 && address === null && data && found.length === 0 && (
        <p className={looks.nothing}>{t('link.nothing')}</p>
      )}
    </Floating>
  )
}

/** With the cursor in a link: where it leads, and the way to change it. */
export function LinkHint({ editor, onEdit }: { editor: Editor; onEdit: () => void }) {
  const t = useWords('editor')
  const link = useEditorValue(editor, (now) => {
    const { empty, $from } = now.state.selection
    if (!empty || !now.isFocused || !now.isActive('link')) return null
    return { href: String(now.getAttributes('link').href ?? ''), box: boxIn(now, $from.pos) }
  })
  if (!link) return null
  const article = articleOf(link.href)
  return (
    <div
      className={looks.linkHint}
      style={{ left: link.box.left, top: link.box.bottom + 6 }}
      onMouseDown={(event) => event.preventDefault()}
    >
      {article ? (
        <LinkedArticle id={article} />
      ) : (
        <a
          href={/^(https?|mailto|tel):/i.test(link.href) ? link.href : undefined}
          target="_blank"
          rel="noopener noreferrer"
          tabIndex={-1}
        >
          <IconExternalLink aria-hidden="true" />
          <span>{shownAddress(link.href)}</span>
        </a>
      )}
      {editor.isEditable && (
        <>
          <button type="button" tabIndex={-1} aria-label={t('link.edit')} title={t('link.edit')} onClick={onEdit}>
            <IconPencil />
          </button>
          <button
            type="button"
            tabIndex={-1}
            aria-label={t('link.remove')}
            title={t('link.remove')}
            onClick={() => editor.chain().focus().extendMarkRange('link').unsetMark('link').run()}
          >
            <IconUnlink />
          </button>
        </>
      )}
    </div>
  )
}

function LinkedArticle({ id }: { id: string }) {
  const t = useWords('editor')
  const paths = usePaths()
  const { data, isError } = useQuery({ ...api.content.getArticle.queryOptions({ input: { id } }), retry: false })
  const edition = data?.editions[0]
  return (
    <a
      href={edition ? paths.editor(id, edition.language) : undefined}
      target="_blank"
      rel="noopener"
      tabIndex={-1}
      className={looks.linkedArticle}
    >
      <IconFileText aria-hidden="true" />
      <span>{isError ? t('link.gone') : edition ? edition.title || t('untitled') : '…'}</span>
    </a>
  )
}

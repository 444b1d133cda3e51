/** Writes a comment. `@` and a few letters tell a member of the workspace. Ctrl-Enter sends, Escape gives up. */
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import type { Member as MemberShape } from '@floowe/contracts/identity'
import type { z } from 'zod'
import { api } from '../../../api/client.ts'
import { useMay } from '../../../api/me.ts'
import { Button } from '../../../ui/Button.tsx'
import { useWords } from '../../../words/words.ts'
import { cleanText } from '../clean-text.ts'
import looks from './comments.module.css'
import { mentionAt, mentionsIn, mentionsMax, textMax } from './mentions.ts'
import type { Written } from './use-comments.ts'

type Member = z.infer<typeof MemberShape>
type Props = {
  label: string
  send: string
  first?: string
  isBusy: boolean
  hasFocus?: boolean
  onSend: (written: Written) => Promise<unknown>
  onCancel?: () => void
  /** Choices beside the buttons. */
  children?: ReactNode
}

export function Composer({ label, send, first = '', isBusy, hasFocus, onSend, onCancel, children }: Props) {
  const common = useWords('common')
  const said = useWords('comments')
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(first)
  const { members, mention, choose, onMentionKey, listId, chosen } = useMentions(field, text, setText)
  const submit = () => {
    const clean = cleanText(text, textMax).trim()
    if (clean === '' || isBusy) return
    void onSend({ text: clean, mentions: mentionsIn(clean, members).slice(0, mentionsMax) }).then(
      () => setText(''),
      () => undefined,
    )
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (onMentionKey(event)) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && onCancel) {
      event.preventDefault()
      event.stopPropagation()
      onCancel()
    }
  }
  return (
    <form
      className={looks.composer}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <textarea
        ref={field}
        // the composer opens because somebody asked for it
        autoFocus={hasFocus}
        aria-label={label}
        placeholder={label}
        aria-controls={listId}
        aria-haspopup="listbox"
        aria-activedescendant={mention ? `${listId}-${chosen}` : undefined}
        aria-autocomplete="list"
        value={text}
        rows={2}
        maxLength={textMax}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} role="listbox" className={looks.mentions} hidden={mention === null} aria-label={said('members')}>
        {mention?.found.map((member, place) => (
          <li
            key={member.userId}
            id={`${listId}-${place}`}
            role="option"
            aria-selected={place === chosen}
            onMouseDown={(event) => {
              event.preventDefault()
              choose(member)
            }}
          >
            {member.name}
          </li>
        ))}
      </ul>
      {children}
      <div className={looks.composerActs}>
        <Button type="submit" size="small" tone="primary" busy={isBusy}>
          {send}
        </Button>
        {onCancel && (
          <Button size="small" tone="quiet" onClick={onCancel}>
            {common('cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}

const noMembers: readonly Member[] = []

function useMentions(
  field: React.RefObject<HTMLTextAreaElement | null>,
  text: string,
  setText: (text: string) => void,
) {
  const listId = useId()
  const mayRead = useMay('members:read')
  const { data: members = noMembers } = useQuery({ ...api.identity.listMembers.queryOptions(), enabled: mayRead })
  const [chosen, setChosen] = useState(0)
  const [closed, setClosed] = useState<string | null>(null)
  const cursor = field.current?.selectionStart ?? text.length
  const found = text === closed ? null : mentionAt(text, cursor, members)
  const choose = (member: Member) => {
    if (!found) return
    const next = `${text.slice(0, found.from)}@${member.name} ${text.slice(cursor)}`
    setText(next)
    setChosen(0)
    const place = found.from + member.name.length + 2
    requestAnimationFrame(() => field.current?.setSelectionRange(place, place))
  }
  const onMentionKey = (event: KeyboardEvent): boolean => {
    if (!found) return false
    const count = found.found.length
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % count)
    else if (event.key === 'ArrowUp') setChosen((chosen + count - 1) % count)
    else if (event.key === 'Escape') setClosed(text)
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
      const member = found.found[Math.min(chosen, count - 1)]
      if (member) choose(member)
    } else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return {
    members,
    mention: found,
    choose,
    onMentionKey,
    listId,
    chosen: Math.min(chosen, (found?.found.length ?? 1) - 1),
  }
}

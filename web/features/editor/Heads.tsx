/** Title and lead, written as they will be read. Enter and the arrows lead from one to the other and into the text. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'
import { useWords } from '../../words/words.ts'
import looks from './editor.module.css'
import { GrowingField } from './GrowingField.tsx'
import type { Desk } from './saving/desk.ts'
import { useFields } from './saving/use-desk.ts'

type Props = {
  desk: Desk
  language: string
  mayWrite: boolean
  leadRef: RefObject<HTMLTextAreaElement | null>
  onDown: () => void
}

export function Heads({ desk, language, mayWrite, leadRef, onDown }: Props) {
  const t = useWords('editor')
  const { title, lead } = useFields(desk)
  const titleRef = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    // a new text begins with its title
    if (mayWrite && desk.fields().title === '') titleRef.current?.focus()
  }, [desk, mayWrite])
  const walk = (up: (() => void) | null, down: () => void) => (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { selectionStart, selectionEnd, value } = event.currentTarget
    const isPlain =
      !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing
    if (event.key === 'Enter' && isPlain) {
      event.preventDefault()
      down()
    } else if (event.key === 'ArrowDown' && isPlain && selectionStart === value.length) {
      event.preventDefault()
      down()
    } else if (event.key === 'ArrowUp' && isPlain && selectionEnd === 0 && up) {
      event.preventDefault()
      up()
    }
  }
  return (
    <div className={looks.heads} lang={language}>
      <GrowingField
        fieldRef={titleRef}
        className={looks.title}
        aria-label={t('title.label')}
        placeholder={t('title.placeholder')}
        value={title}
        maxLength={300}
        readOnly={!mayWrite}
        onChange={(event) => desk.change({ title: event.currentTarget.value })}
        onKeyDown={walk(null, () => leadRef.current?.focus())}
      />
      {(mayWrite || lead) && (
        <GrowingField
          fieldRef={leadRef}
          className={looks.lead}
          aria-label={t('lead.label')}
          placeholder={t('lead.placeholder')}
          value={lead}
          maxLength={1000}
          readOnly={!mayWrite}
          onChange={(event) => desk.change({ lead: event.currentTarget.value })}
          onKeyDown={walk(() => titleRef.current?.focus(), onDown)}
        />
      )}
    </div>
  )
}

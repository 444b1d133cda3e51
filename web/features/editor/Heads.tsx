/** Title and lead, written as they will be read. Enter and the arrows lead from one to the other and into the text. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'
import { useWords } from '../../words/words.ts'
import { cleanLine, cleanText } from './clean-text.ts'
import looks from './editor.module.css'
import { FieldPeers } from './people/FieldPeers.tsx'
import { SharedField } from './SharedField.tsx'
import type { Desk } from './writing/desk.ts'
import { useFields } from './writing/use-desk.ts'

type Props = {
  desk: Desk
  language: string
  mayWrite: boolean
  leadRef: RefObject<HTMLTextAreaElement | null>
  onDown: () => void
}

const cleanTitle = (typed: string) => cleanLine(typed, 300)
const cleanLead = (typed: string) => cleanText(typed, 1000)

export function Heads({ desk, language, mayWrite, leadRef, onDown }: Props) {
  const t = useWords('editor')
  const { lead } = useFields(desk)
  const titleRef = useRef<HTMLTextAreaElement>(null)
  const { writing } = desk
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
  const placeIn = (field: 'title' | 'lead') => (place: { from: number; to: number } | null) =>
    writing.place(place && { in: field, ...place })
  return (
    <div className={looks.heads} lang={language}>
      <div className={looks.head}>
        <SharedField
          text={writing.title}
          fieldRef={titleRef}
          clean={cleanTitle}
          onPlace={placeIn('title')}
          className={looks.title}
          aria-label={t('title.label')}
          placeholder={t('title.placeholder')}
          maxLength={300}
          readOnly={!mayWrite}
          onKeyDown={walk(null, () => leadRef.current?.focus())}
        />
        <FieldPeers desk={desk} field="title" />
      </div>
      {(mayWrite || lead) && (
        <div className={looks.head}>
          <SharedField
            text={writing.lead}
            fieldRef={leadRef}
            clean={cleanLead}
            onPlace={placeIn('lead')}
            className={looks.lead}
            aria-label={t('lead.label')}
            placeholder={t('lead.placeholder')}
            maxLength={1000}
            readOnly={!mayWrite}
            onKeyDown={walk(() => titleRef.current?.focus(), onDown)}
          />
          <FieldPeers desk={desk} field="lead" />
        </div>
      )}
    </div>
  )
}

/** Pages that say why something else is not here, and what may help. */
import type { Card } from '../content-forms.ts'
import type { Frame } from './frame.ts'
import { html } from './html.ts'
import type { Page } from './layout.ts'
import { searchForm, suggestions } from './pieces.ts'

export type Message = 'notFound' | 'gone' | 'tooMany' | 'unavailable'

export function messagePage(frame: Frame, message: Message, latest: readonly Card[]): Page {
  const { words, addresses, language } = frame
  const { title, text } = words[message]
  return {
    title,
    description: text,
    path: null,
    isHidden: true,
    kind: 'website',
    tracked: null,
    look: 'message',
    main: html`<div class="message">
<h1>${title}</h1>
<p class="lead">${text}</p>
${message === 'notFound' || message === 'gone' ? searchForm(frame, '', 'query') : null}
<p><a href="${addresses.full(addresses.home(language))}">${words.toHome}</a></p>
</div>
${suggestions(frame, latest)}`,
  }
}

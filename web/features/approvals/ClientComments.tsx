/** What the team has written beside the text for whoever approves it; each under the words it is about. */
import type { ClientThread } from '@floowe/contracts/writing'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './client.module.css'

export function ClientComments({ threads, language }: { threads: readonly ClientThread[]; language: string }) {
  const t = useWords('approvals')
  const formats = useFormats()
  if (threads.length === 0) return null
  return (
    <section className={looks.comments} aria-labelledby="comments-of-team">
      <h2 id="comments-of-team">{t('client.comments')}</h2>
      <ul>
        {threads.map(({ id, quote, messages }) => (
          <li key={id} className={looks.thread}>
            {quote !== '' && <q lang={language}>{quote}</q>}
            {messages.map(({ text, byName, createdAt }) => (
              <div key={createdAt} className={looks.comment}>
                <p>{text}</p>
                <p className={looks.faint}>
                  {byName ?? t('someone')} · <time dateTime={createdAt}>{formats.dateTime(createdAt)}</time>
                </p>
              </div>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

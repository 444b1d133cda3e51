/** One thread of comments: the words it is about, what was said, and what can be done with it. */
import { IconArrowBackUp, IconCheck, IconDots, IconEye, IconLock } from '@tabler/icons-react'
import { type Ref, useState } from 'react'
import type { CommentMessage, CommentThread } from '@floowe/contracts/writing'
import { client } from '../../../api/client.ts'
import { useMay, useMe } from '../../../api/me.ts'
import { IconButton } from '../../../ui/Button.tsx'
import { Menu, MenuItem } from '../../../ui/Menu.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { doWithUndo } from '../../../ui/undoable.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { useWords } from '../../../words/words.ts'
import looks from './comments.module.css'
import { Composer } from './Composer.tsx'
import type { Comments } from './use-comments.ts'

type Props = {
  thread: CommentThread
  comments: Comments
  /** Its words are not in the text any more. */
  isOrphan: boolean
  cardRef?: Ref<HTMLElement>
  top?: number
  onOpen: () => void
}

export function ThreadCard({ thread, comments, isOrphan, cardRef, top, onOpen }: Props) {
  const t = useWords('comments')
  const isActive = comments.active === thread.id
  const isResolved = thread.resolvedAt !== null
  const { act } = comments
  const first = thread.messages[0]
  return (
    <article
      ref={cardRef}
      className={looks.card}
      data-active={isActive || undefined}
      data-thread={thread.id}
      style={top === undefined ? undefined : { top }}
      aria-label={t('thread', { name: first?.byName ?? t('someone') })}
      tabIndex={0}
      onFocus={() => isActive || onOpen()}
      onClick={() => isActive || onOpen()}
    >
      <header className={looks.cardHead}>
        <Visibility thread={thread} comments={comments} />
        <IconButton
          size="small"
          label={isResolved ? t('reopen') : t('resolve')}
          onClick={() =>
            void act(() =>
              isResolved
                ? client.content.reopenThread({ id: thread.id })
                : client.content.resolveThread({ id: thread.id }),
            ).catch(() => undefined)
          }
        >
          {isResolved ? <IconArrowBackUp /> : <IconCheck />}
        </IconButton>
      </header>
      {thread.quote !== '' && (
        <blockquote className={looks.quote} data-orphan={isOrphan || undefined}>
          {isOrphan && <span>{t('orphan')}</span>} {thread.quote}
        </blockquote>
      )}
      {thread.messages.map((message) => (
        <Message key={message.id} message={message} comments={comments} />
      ))}
      {isResolved && <p className={looks.faint}>{t('resolvedBy', { name: thread.resolvedByName ?? t('someone') })}</p>}
      {isActive && !isResolved && (
        <Composer
          label={t('reply.label')}
          send={t('reply')}
          isBusy={comments.isActing}
          onSend={(written) => act(() => client.content.reply({ id: thread.id, ...written }))}
        />
      )}
    </article>
  )
}

/** Who may read it: plainly, with words and a sign. */
function Visibility({ thread, comments }: { thread: CommentThread; comments: Comments }) {
  const t = useWords('comments')
  const mayChange = useMay('content:write')
  const isClient = thread.visibility === 'client'
  const said = (
    <>
      {isClient ? <IconEye aria-hidden="true" /> : <IconLock aria-hidden="true" />}
      {isClient ? t('visibility.client') : t('visibility.internal')}
    </>
  )
  if (!mayChange)
    return (
      <span className={looks.visibility} data-client={isClient || undefined}>
        {said}
      </span>
    )
  const set = (visibility: CommentThread['visibility']) =>
    void comments.act(() => client.content.setThreadVisibility({ id: thread.id, visibility })).catch(() => undefined)
  return (
    <Menu
      label={t('visibility')}
      width={260}
      trigger={(props) => (
        <button {...props} className={looks.visibility} data-client={isClient || undefined}>
          {said}
        </button>
      )}
    >
      <MenuItem icon={<IconLock />} isChosen={!isClient} onChoose={() => set('internal')}>
        {t('visibility.internal')}
      </MenuItem>
      <MenuItem icon={<IconEye />} isChosen={isClient} onChoose={() => set('client')}>
        {t('visibility.client')}
      </MenuItem>
    </Menu>
  )
}

function Message({ message, comments }: { message: CommentMessage; comments: Comments }) {
  const t = useWords('comments')
  const formats = useFormats()
  const tell = useRefusalToast()
  const { person } = useMe()
  const [isEditing, setEditing] = useState(false)
  const { act } = comments
  const isOwn = message.by === person.id
  if (message.deletedAt !== null) return <p className={looks.faint}>{t('deleted')}</p>
  const remove = () =>
    void doWithUndo({
      text: t('delete.done'),
      run: () => act(() => client.content.deleteMessage({ id: message.id })).then(() => undefined),
      undo: () => act(() => client.content.restoreMessage({ id: message.id })).then(() => undefined),
      onFailure: tell,
    })
  return (
    <div className={looks.message}>
      <p className={looks.by}>
        <strong>{message.byName ?? t('someone')}</strong>
        <time dateTime={message.createdAt} title={formats.dateTime(message.createdAt)}>
          {formats.ago(message.createdAt)}
        </time>
        {message.editedAt !== null && <span>{t('edited')}</span>}
        {isOwn && (
          <Menu
            label={t('message.acts')}
            align="end"
            trigger={(props) => (
              <IconButton {...props} size="small" label={t('message.acts')}>
                <IconDots />
              </IconButton>
            )}
          >
            <MenuItem onChoose={() => setEditing(true)}>{t('edit')}</MenuItem>
            <MenuItem isDanger onChoose={remove}>
              {t('delete')}
            </MenuItem>
          </Menu>
        )}
      </p>
      {isEditing ? (
        <Composer
          label={t('edit.label')}
          send={t('edit.done')}
          first={message.text}
          hasFocus
          isBusy={comments.isActing}
          onCancel={() => setEditing(false)}
          onSend={(written) =>
            act(() => client.content.editMessage({ id: message.id, ...written })).then(() => setEditing(false))
          }
        />
      ) : (
        <p className={looks.text}>{message.text}</p>
      )}
    </div>
  )
}

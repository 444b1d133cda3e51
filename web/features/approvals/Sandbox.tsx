/** A document in a frame without any rights; larger when it is opened over the whole window. */
import { IconArrowsMaximize, IconX } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { Button, IconButton } from '../../ui/Button.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'

type Props = {
  title: string
  language: string
  /** The whole document. */
  source: string
}

export function Sandbox({ title, language, source }: Props) {
  const t = useWords('approvals')
  const dialog = useRef<HTMLDialogElement>(null)
  const [isLarge, setLarge] = useState(false)
  const frame = <iframe className={looks.frame} title={t('page.frame', { title })} sandbox="" srcDoc={source} />
  return (
    <div className={looks.paper}>
      {frame}
      <div className={looks.paperFoot}>
        <Button
          size="small"
          tone="quiet"
          icon={<IconArrowsMaximize />}
          onClick={() => {
            setLarge(true)
            dialog.current?.showModal()
          }}
        >
          {t('page.large')}
        </Button>
      </div>
      <dialog ref={dialog} className={looks.large} aria-label={title} onClose={() => setLarge(false)}>
        <div className={looks.largeBar}>
          <strong lang={language}>{title}</strong>
          <IconButton label={t('page.small')} onClick={() => dialog.current?.close()}>
            <IconX />
          </IconButton>
        </div>
        {isLarge && frame}
      </dialog>
    </div>
  )
}

/** Nothing to decide, or nothing any more: what happened, and what one can do. */
import { type ReactNode, useEffect, useRef } from 'react'
import { Drawing } from '../../ui/drawings.tsx'
import { OutsideFrame } from '../../shell/OutsideFrame.tsx'
import looks from './client.module.css'
import { Stamp } from './Stamp.tsx'

type NoticeProps = { title: string; drawing: 'stamp' | 'envelope'; isAnswer?: boolean; children: ReactNode }

export function ClientNotice({ title, drawing, isAnswer, children }: NoticeProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // what was pressed is gone: whoever listens is told what came of it
  useEffect(() => {
    if (isAnswer) heading.current?.focus()
  }, [isAnswer])
  return (
    <OutsideFrame width="desk" title={title}>
      <div className={looks.notice}>
        {drawing === 'stamp' ? <Stamp /> : <Drawing name={drawing} />}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </OutsideFrame>
  )
}

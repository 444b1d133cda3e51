/** Something to hand over: a link or a secret, with a button that copies it. */
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from './Button.tsx'
import looks from './CopyField.module.css'
import { useSurroundings } from './surroundings.tsx'

const copiedShownMs = 2_000

export function CopyField({ label, value }: { label: string; value: string }) {
  const { words } = useSurroundings()
  const [isCopied, setCopied] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), copiedShownMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = async () => {
    field.current?.select()
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      // no clipboard outside https: the text is selected, the person's own keys copy it
    }
  }
  return (
    <div className={looks.frame}>
      <input
        ref={field}
        aria-label={label}
        value={value}
        readOnly
        className={looks.value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button icon={isCopied ? <IconCheck /> : <IconCopy />} onClick={() => void copy()}>
        <span aria-live="polite">{isCopied ? words.copied : words.copy}</span>
      </Button>
    </div>
  )
}

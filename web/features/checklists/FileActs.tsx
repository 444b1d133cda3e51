/** A checklist to a file, and from one: what is read stands in the form until it is saved. */
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import type { ChecklistItem } from '@floowe/contracts/checklists'
import { Button } from '../../ui/Button.tsx'
import { newId } from '../../ui/new-id.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { fileBytesMax, fileOf, itemsIn } from './checklist-file.ts'

type Props = {
  items: readonly ChecklistItem[]
  /** Left out: whoever looks may not change it. */
  onRead?: ((items: readonly ChecklistItem[]) => void) | undefined
}

export function FileActs({ items, onRead }: Props) {
  const t = useWords('checklists')
  const chooser = useRef<HTMLInputElement>(null)
  const read = async (file: File): Promise<void> => {
    const found = itemsIn(await file.slice(0, fileBytesMax).text(), newId)
    if (found) onRead?.(found)
    showToast(found ? { text: t('file.read', { count: found.length }) } : { text: t('file.wrong'), tone: 'bad' })
  }
  return (
    <>
      <Button
        size="small"
        tone="quiet"
        icon={<IconDownload />}
        disabledWhy={items.length === 0 && t('file.empty')}
        onClick={() => download(fileOf(items))}
      >
        {t('file.download')}
      </Button>
      {onRead && (
        <>
          <Button size="small" tone="quiet" icon={<IconUpload />} onClick={() => chooser.current?.click()}>
            {t('file.upload')}
          </Button>
          <input
            ref={chooser}
            type="file"
            hidden
            accept=".json,application/json"
            aria-label={t('file.upload')}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              if (file) void read(file)
              event.currentTarget.value = ''
            }}
          />
        </>
      )}
    </>
  )
}

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'checklist.json'
  link.click()
  URL.revokeObjectURL(address)
}

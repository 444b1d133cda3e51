/** One line at the top when something about this place must be known: no connection, or only a demo. */
import { useMutation } from '@tanstack/react-query'
import { IconCloudOff } from '@tabler/icons-react'
import { useState } from 'react'
import { client } from '../api/client.ts'
import { useConnection } from '../api/connection.ts'
import { useMay, useMe } from '../api/me.ts'
import { useRefusalToast } from '../api/refusal-words.ts'
import { useGo } from '../location.ts'
import { entryPaths } from '../paths.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { FormActions, FormStack, TextField } from '../ui/Field.tsx'
import { showToast } from '../ui/toasts.tsx'
import { useWords } from '../words/words.ts'
import looks from './Shell.module.css'

export function OfflineBanner() {
  const t = useWords('shell')
  const connection = useConnection()
  return (
    <div role="status">
      {connection !== 'online' && (
        <div className={`${looks.banner} ${looks.offline}`}>
          <IconCloudOff size={18} />
          <p>{t(`offline.${connection}`)}</p>
        </div>
      )}
    </div>
  )
}

export function DemoBanner() {
  const t = useWords('shell')
  const mayRemove = useMay('workspace:manage')
  const [isAsking, setAsking] = useState(false)
  return (
    <aside aria-label={t('workspace.demo')} className={`${looks.banner} ${looks.demo}`}>
      <p>{t('demo.words')}</p>
      <LinkButton size="small" href={entryPaths.newWorkspace()}>
        {t('demo.start')}
      </LinkButton>
      {mayRemove && (
        <Button size="small" tone="quiet" onClick={() => setAsking(true)}>
          {t('demo.remove')}
        </Button>
      )}
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title={t('demo.removeTitle')}>
        <RemoveWorkspace
          onCancel={() => setAsking(false)}
          words={t('demo.removeWords')}
          verb={t('demo.remove')}
          done={t('demo.removed')}
        />
      </Dialog>
    </aside>
  )
}

/** Everything of a workspace goes for good, so its slug is typed first. */
export function RemoveWorkspace({
  words,
  verb,
  done,
  onCancel,
}: {
  words: string
  verb: string
  done: string
  onCancel: () => void
}) {
  const t = useWords('shell')
  const common = useWords('common')
  const { workspace } = useMe()
  const [confirm, setConfirm] = useState('')
  const go = useGo()
  const tell = useRefusalToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => client.identity.removeWorkspace({ confirm }),
    onSuccess: () => {
      showToast({ text: done })
      go(entryPaths.home(), { replace: true })
    },
    onError: tell,
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <p>{words}</p>
      <TextField
        label={t('demo.removeConfirm', { slug: workspace.slug })}
        value={confirm}
        onChange={(event) => setConfirm(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <FormActions>
        <Button
          type="submit"
          tone="danger"
          busy={isPending}
          disabledWhy={confirm !== workspace.slug && t('demo.removeConfirm', { slug: workspace.slug })}
        >
          {verb}
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          {common('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

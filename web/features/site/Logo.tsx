import { useMutation } from '@tanstack/react-query'
import { IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import type { SiteSettings } from '@floowe/contracts/site'
import { client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import looks from './site.module.css'
import { useSiteChange } from './use-site-change.ts'

export function Logo({ settings, mayChange }: { settings: SiteSettings; mayChange: boolean }) {
  const t = useWords('site')
  const tell = useRefusalToast()
  const field = useRef<HTMLInputElement>(null)
  const change = useSiteChange()
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const media = await client.content.uploadMedia({ file, alt: settings.name })
      return change.mutateAsync({ logoId: media.id })
    },
  })
  const remove = () => {
    const logo = settings.logo
    if (!logo) return
    void doWithUndo({
      text: t('logo.removed'),
      run: () => change.mutateAsync({ logoId: null }),
      undo: () => change.mutateAsync({ logoId: logo.mediaId }),
      onFailure: tell,
    })
  }
  return (
    <div className={looks.stack}>
      <FormProblem error={upload.error} />
      <div className={looks.logo}>
        {settings.logo ? (
          <img src={settings.logo.url} alt={t('logo.of', { name: settings.name })} />
        ) : (
          <span className={looks.nameAsLogo}>{settings.name}</span>
        )}
      </div>
      {mayChange && (
        <div className={looks.row}>
          <input
            ref={field}
            type="file"
            accept="image/png,image/jpeg,image/webp,image/avif,image/svg+xml"
            hidden
            onChange={(event) => {
              const file = event.currentTarget.files?.[0]
              if (file) upload.mutate(file)
              event.currentTarget.value = ''
            }}
          />
          <Button icon={<IconUpload />} busy={upload.isPending} onClick={() => field.current?.click()}>
            {t(settings.logo ? 'logo.replace' : 'logo.upload')}
          </Button>
          {settings.logo && (
            <Button tone="quiet" onClick={remove}>
              {t('logo.remove')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

/** Secret addresses that show the latest text to someone without an account. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconLink, IconX } from '@tabler/icons-react'
import { api, client } from '../../../api/client.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { Button, IconButton } from '../../../ui/Button.tsx'
import { CopyField } from '../../../ui/CopyField.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'
import type { Desk } from '../writing/desk.ts'

export function PreviewLinks({ desk }: { desk: Desk }) {
  const t = useWords('editor')
  const formats = useFormats()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { id } = desk.edition
  const options = api.content.listPreviewLinks.queryOptions({ input: { id } })
  const { data } = useQuery(options)
  const refresh = () => queries.invalidateQueries({ queryKey: options.queryKey })
  const create = useMutation({
    mutationFn: async () => {
      await desk.flush()
      return client.content.createPreviewLink({ id, days: 14 })
    },
    onSuccess: refresh,
    onError: tell,
  })
  const revoke = useMutation({
    mutationFn: (link: string) => client.content.revokePreviewLink({ id: link }),
    onSuccess: (_none, link) => {
      if (create.data?.id === link) create.reset()
      return refresh()
    },
    onError: tell,
  })
  return (
    <div className={looks.section}>
      <span className={looks.label}>{t('links')}</span>
      <p className={looks.faint}>{t('links.words')}</p>
      {create.data && <CopyField label={t('links.new')} value={create.data.url} />}
      {data && data.length > 0 && (
        <ul className={looks.rows}>
          {data.map((link) => (
            <li key={link.id}>
              <span>
                {t('links.until', { at: formats.shortDate(link.expiresAt) })}
                <small>
                  {link.lastOpenedAt ? t('links.opened', { ago: formats.ago(link.lastOpenedAt) }) : t('links.unopened')}
                </small>
              </span>
              <IconButton
                size="small"
                label={t('links.revoke', { at: formats.shortDate(link.expiresAt) })}
                onClick={() => revoke.mutate(link.id)}
              >
                <IconX />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button size="small" icon={<IconLink />} busy={create.isPending} onClick={() => create.mutate()}>
          {t('links.create')}
        </Button>
      </div>
    </div>
  )
}

/** One file: its description, focal point, use, and the way out. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Media } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { refusalOf } from '../../api/refusals.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { SidePanel } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, TextAreaField, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { doLater } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import { FocalPicture } from './FocalPicture.tsx'
import looks from './media.module.css'

export function MediaPanel({ media, onClose }: { media: Media | null; onClose: () => void }) {
  const t = useWords('media')
  return (
    <SidePanel isOpen={media !== null} onClose={onClose} title={media?.name ?? t('title')} size={460}>
      {media && <MediaForm key={media.id} media={media} onClose={onClose} />}
    </SidePanel>
  )
}

function MediaForm({ media, onClose }: { media: Media; onClose: () => void }) {
  const t = useWords('media')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const mayWrite = useMay('media:write')
  const mayDelete = useMay('content:delete')
  const [fields, setFields] = useState({
    name: media.name,
    alt: media.alt,
    caption: media.caption,
    credit: media.credit,
    focalPoint: media.focalPoint,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: api.content.listMedia.key() })
  const save = useMutation({
    mutationFn: () => client.content.updateMedia({ id: media.id, ...fields }),
    onSuccess: async () => {
      await refresh()
      showToast({ text: t('saved') })
      onClose()
    },
  })
  const remove = () => {
    onClose()
    doLater({
      text: t('deleted', { name: media.name }),
      hide: () => undefined,
      run: () => client.content.deleteMedia({ id: media.id }).then(refresh),
      onFailure: (error) => {
        const { code, data } = refusalOf(error)
        const articles = Array.isArray(data['articles']) ? (data['articles'] as { title: string }[]) : [] // the refusal's own shape
        if (code === 'still-used')
          showToast({ tone: 'bad', text: t('still-used', { titles: articles.map(({ title }) => title).join(', ') }) })
        else tell(error)
      },
    })
  }
  const put = (name: 'name' | 'alt' | 'caption' | 'credit') => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget
    setFields((known) => ({ ...known, [name]: value }))
  }
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {media.type.startsWith('image/') && media.state !== 'fetching' && (
        <FocalPicture
          media={media}
          point={fields.focalPoint}
          onChange={(focalPoint) => mayWrite && setFields((known) => ({ ...known, focalPoint }))}
        />
      )}
      <FormProblem error={save.error} />
      <TextAreaField
        label={t('alt')}
        hint={t('alt.hint')}
        value={fields.alt}
        maxLength={500}
        rows={2}
        readOnly={!mayWrite}
        onChange={put('alt')}
      />
      <TextAreaField
        label={t('caption')}
        value={fields.caption}
        maxLength={1000}
        rows={2}
        readOnly={!mayWrite}
        onChange={put('caption')}
      />
      <TextField
        label={t('credit')}
        value={fields.credit}
        maxLength={200}
        readOnly={!mayWrite}
        onChange={put('credit')}
      />
      <TextField
        label={t('name')}
        value={fields.name}
        maxLength={200}
        required
        readOnly={!mayWrite}
        onChange={put('name')}
      />
      <p className={looks.meta}>{t('used', { count: media.usedBy })}</p>
      <FormActions>
        {mayWrite && (
          <Button type="submit" tone="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        )}
        <LinkButton href={media.url} download={media.name}>
          {t('download')}
        </LinkButton>
        {mayDelete && (
          <Button tone="danger" onClick={remove}>
            {t('delete')}
          </Button>
        )}
      </FormActions>
    </FormStack>
  )
}

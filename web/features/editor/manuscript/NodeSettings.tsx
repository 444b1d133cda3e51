/** Settings of the picture or embed that was asked for: its description, its link, its address. */
import { IconPhotoEdit, IconTrash } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, client } from '../../../api/client.ts'
import { useMay } from '../../../api/me.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { Button } from '../../../ui/Button.tsx'
import { FieldStack, FormActions, TextAreaField, TextField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { embedOf } from './embeds.ts'
import { FocalPoint } from './FocalPoint.tsx'
import { Floating } from './Floating.tsx'
import { addressOf } from './links.ts'
import { mediaIdOf, thumbnailOf } from './pictures.ts'
import { boxOfNode } from './use-editor.ts'

type Props = { editor: Editor; position: number; onClose: () => void; onReplace: () => void }

export function NodeSettings(props: Props) {
  const node = props.editor.state.doc.nodeAt(props.position)
  if (node?.type.name === 'image') return <PictureSettings {...props} />
  return node?.type.name === 'embed' ? <EmbedSettings {...props} /> : null
}

function useAttribute(editor: Editor, position: number, name: string) {
  const [value, setValue] = useState(() => String(editor.state.doc.nodeAt(position)?.attrs[name] ?? ''))
  return [
    value,
    (shown: string, kept: string | null = shown.trim() || null) => {
      setValue(shown)
      editor.view.dispatch(editor.state.tr.setNodeAttribute(position, name, kept))
    },
  ] as const
}

const removeNode = (editor: Editor, position: number) => {
  const node = editor.state.doc.nodeAt(position)
  if (node)
    editor
      .chain()
      .deleteRange({ from: position, to: position + node.nodeSize })
      .focus()
      .run()
}

function PictureSettings({ editor, position, onClose, onReplace }: Props) {
  const t = useWords('editor')
  const box = boxOfNode(editor, position)
  const src = String(editor.state.doc.nodeAt(position)?.attrs.src ?? '')
  const id = mediaIdOf(src)
  const { data: media } = useQuery({
    ...api.content.getMedia.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== null,
  })
  const [alt, setAlt] = useAttribute(editor, position, 'alt')
  const [href, setHref] = useAttribute(editor, position, 'href')
  if (!box) return null
  return (
    <Floating
      editor={editor}
      box={{ ...box, left: box.right - 372, top: box.top + 40, bottom: box.top + 36 }}
      label={t('picture.settings')}
      width={360}
      onClose={onClose}
    >
      <FieldStack>
        <TextAreaField
          label={t('picture.alt')}
          hint={media?.alt && !alt ? t('picture.alt.library', { alt: media.alt }) : t('picture.alt.hint')}
          value={alt}
          rows={3}
          maxLength={500}
          autoFocus // the settings are opened to describe
          onChange={(event) => setAlt(cleanText(event.currentTarget.value, 500))}
        />
        <TextField
          label={t('picture.href')}
          isOptional
          value={href}
          maxLength={2048}
          placeholder="https://"
          onChange={(event) => setHref(event.currentTarget.value, addressOf(event.currentTarget.value))}
        />
        {media && <PictureFocus mediaId={media.id} point={media.focalPoint} url={thumbnailOf(media, 640)} />}
        <FormActions>
          <Button size="small" icon={<IconPhotoEdit />} onClick={onReplace}>
            {t('picture.replace')}
          </Button>
          <Button
            size="small"
            tone="danger"
            icon={<IconTrash />}
            onClick={() => (onClose(), removeNode(editor, position))}
          >
            {t('picture.remove')}
          </Button>
        </FormActions>
      </FieldStack>
    </Floating>
  )
}

/** The focal point belongs to the file, so every place that shows it follows. */
function PictureFocus({
  mediaId,
  point,
  url,
}: {
  mediaId: string
  point: { x: number; y: number } | null
  url: string
}) {
  const t = useWords('editor')
  const mayChange = useMay('media:write')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { queryKey } = api.content.getMedia.queryOptions({ input: { id: mediaId } })
  const { mutate } = useMutation({
    mutationFn: (focalPoint: { x: number; y: number }) => client.content.updateMedia({ id: mediaId, focalPoint }),
    onMutate: (focalPoint) => queries.setQueryData(queryKey, (media) => media && { ...media, focalPoint }),
    onError: (error) => {
      tell(error)
      void queries.invalidateQueries({ queryKey })
    },
  })
  return mayChange ? (
    <FocalPoint label={t('picture.focal')} hint={t('picture.focal.hint')} url={url} point={point} onChange={mutate} />
  ) : null
}

function EmbedSettings({ editor, position, onClose }: Props) {
  const t = useWords('editor')
  const box = boxOfNode(editor, position)
  const [src, setSrc] = useAttribute(editor, position, 'src')
  const [title, setTitle] = useAttribute(editor, position, 'title')
  if (!box) return null
  const changeAddress = (typed: string) => {
    const embed = embedOf(typed)
    setSrc(typed, embed?.src ?? typed.trim())
    editor.view.dispatch(editor.state.tr.setNodeAttribute(position, 'provider', embed?.provider ?? null))
  }
  return (
    <Floating editor={editor} box={box} label={t('embed.settings')} width={360} onClose={onClose}>
      <FieldStack>
        <TextField
          label={t('embed.address')}
          autoFocus /* opened to change it */
          value={src}
          maxLength={2048}
          onChange={(event) => changeAddress(event.currentTarget.value)}
          problem={embedOf(src) ? undefined : t('embed.problem')}
        />
        <TextField
          label={t('embed.title')}
          hint={t('embed.title.hint')}
          isOptional
          value={title}
          maxLength={300}
          onChange={(event) => setTitle(cleanLine(event.currentTarget.value, 300))}
        />
        <FormActions>
          <Button
            size="small"
            tone="danger"
            icon={<IconTrash />}
            onClick={() => (onClose(), removeNode(editor, position))}
          >
            {t('embed.remove')}
          </Button>
        </FormActions>
      </FieldStack>
    </Floating>
  )
}

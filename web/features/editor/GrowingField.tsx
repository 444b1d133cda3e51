/** A field without a frame that is as tall as its words: the title and the lead of a text. */
import type { ComponentProps, Ref } from 'react'
import looks from './editor.module.css'

export function GrowingField({
  value,
  className,
  fieldRef,
  ...field
}: { value: string; className?: string; fieldRef?: Ref<HTMLTextAreaElement> } & Omit<
  ComponentProps<'textarea'>,
  'value' | 'className' | 'rows'
>) {
  return (
    <div
      className={[looks.growing, className].filter(Boolean).join(' ')}
      data-value={`${value || field.placeholder}\u200B`}
    >
      <textarea {...field} ref={fieldRef} value={value} rows={1} />
    </div>
  )
}

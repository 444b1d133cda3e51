/** Form fields: a label above, a hint or a problem below, tied together for those who listen. */
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import looks from './Field.module.css'
import { useSurroundings } from './surroundings.tsx'

type FieldProps = { label: ReactNode; hint?: ReactNode; problem?: ReactNode; isOptional?: boolean }

/** The frame of a field. The control gets its id and what describes it. */
export function Field({
  label,
  hint,
  problem,
  isOptional,
  children,
}: FieldProps & {
  children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ReactNode
}) {
  const id = useId()
  const { words } = useSurroundings()
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div className={looks.field}>
      <label htmlFor={id} className={looks.label}>
        {label}
        {isOptional && <span className={looks.optional}> ({words.optional})</span>}
      </label>
      {children({ id, 'aria-describedby': describedBy || undefined, 'aria-invalid': problem ? true : undefined })}
      {problem && (
        <p id={`${id}-problem`} className={looks.problem}>
          {problem}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={looks.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

export function TextField({ label, hint, problem, isOptional, ...input }: FieldProps & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} problem={problem} isOptional={isOptional}>
      {(ids) => <input type="text" {...input} {...ids} className={looks.input} />}
    </Field>
  )
}

export function PasswordField({ label, hint, problem, isOptional, ...input }: FieldProps & ComponentProps<'input'>) {
  const [isShown, setShown] = useState(false)
  const { words } = useSurroundings()
  return (
    <Field label={label} hint={hint} problem={problem} isOptional={isOptional}>
      {(ids) => (
        <div className={looks.withButton}>
          <input {...input} {...ids} type={isShown ? 'text' : 'password'} className={looks.input} />
          <button
            type="button"
            className={looks.eye}
            aria-label={isShown ? words.hide : words.show}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? <IconEyeOff size={18} /> : <IconEye size={18} />}
          </button>
        </div>
      )}
    </Field>
  )
}

export function TextAreaField({ label, hint, problem, isOptional, ...input }: FieldProps & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} problem={problem} isOptional={isOptional}>
      {(ids) => <textarea rows={3} {...input} {...ids} className={looks.input} />}
    </Field>
  )
}

export type Choice<Value extends string = string> = { value: Value; label: string }

export function SelectField<Value extends string>({
  label,
  hint,
  problem,
  isOptional,
  options,
  onChoose,
  ...input
}: FieldProps & { options: readonly Choice<Value>[]; onChoose?: (value: Value) => void } & Omit<
    ComponentProps<'select'>,
    'onChange'
  >) {
  return (
    <Field label={label} hint={hint} problem={problem} isOptional={isOptional}>
      {(ids) => <Select {...input} {...ids} options={options} onChoose={onChoose} />}
    </Field>
  )
}

/** The browser's own list, dressed. Give it an `aria-label` where no field surrounds it. */
export function Select<Value extends string>({
  options,
  onChoose,
  ...input
}: { options: readonly Choice<Value>[]; onChoose?: (value: Value) => void } & Omit<
  ComponentProps<'select'>,
  'onChange'
>) {
  return (
    <select
      {...input}
      className={looks.select}
      onChange={(event) => onChoose?.(event.currentTarget.value as Value) /* one of the options */}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

export function CheckField({
  label,
  hint,
  ...input
}: { label: ReactNode; hint?: ReactNode } & Omit<ComponentProps<'input'>, 'type'>) {
  const id = useId()
  return (
    <div className={looks.check}>
      <input {...input} id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={looks.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** A group of fields with one name, for radio buttons and permissions. */
export function FieldGroup({ label, hint, children }: { label: ReactNode; hint?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className={looks.group}>
      <legend className={looks.label}>{label}</legend>
      {hint && <p className={looks.hint}>{hint}</p>}
      {children}
    </fieldset>
  )
}

/** A form whose fields stand below each other with even space. */
export function FormStack({ children, ...form }: ComponentProps<'form'>) {
  return (
    <form {...form} className={looks.stack}>
      {children}
    </form>
  )
}

/** The same spacing inside a larger form. */
export function FieldStack({ children }: { children: ReactNode }) {
  return <div className={looks.stack}>{children}</div>
}

export function FormRow({ children }: { children: ReactNode }) {
  return <div className={looks.row}>{children}</div>
}

export function FormActions({ children }: { children: ReactNode }) {
  return <div className={looks.actions}>{children}</div>
}

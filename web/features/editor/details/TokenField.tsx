/** Several short names in one field: chosen from what there is, or newly made. */
import { IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import looks from './details.module.css'

type Props = {
  label: string
  values: readonly string[]
  /** What is typed, to look for matching names. */
  onType: (typed: string) => void
  offered: readonly string[]
  onChange: (values: string[]) => void
  words: { placeholder: string; create: (name: string) => string; remove: (name: string) => string }
  maxLength: number
}

export function TokenField({ label, values, onType, offered, onChange, words, maxLength }: Props) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTypedState] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [chosen, setChosen] = useState(0)
  const same = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0
  const wanted = typed.trim()
  const free = offered.filter((name) => !values.some((value) => same(value, name)))
  const isNew = wanted !== '' && ![...free, ...values].some((name) => same(name, wanted))
  const options = [...free, ...(isNew ? [wanted] : [])]
  const at = Math.min(chosen, options.length - 1)
  const setTyped = (text: string) => {
    setTypedState(text)
    setChosen(0)
    onType(text.trim())
  }
  const add = (name: string | undefined) => {
    if (!name || values.some((value) => same(value, name))) return
    onChange([...values, name])
    setTyped('')
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setOpen(true)
      if (options.length > 0) setChosen((at + step + options.length) % options.length)
    } else if ((event.key === 'Enter' || event.key === ',') && (isOpen || wanted)) {
      event.preventDefault()
      add(isOpen ? (options[at] ?? wanted) : wanted)
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      setOpen(false)
    } else if (event.key === 'Backspace' && typed === '' && values.length > 0) onChange(values.slice(0, -1))
  }
  return (
    <div className={looks.tokens} onClick={(event) => event.target === event.currentTarget && input.current?.focus()}>
      {values.map((value) => (
        <span key={value} className={looks.token}>
          {value}
          <button
            type="button"
            aria-label={words.remove(value)}
            title={words.remove(value)}
            onClick={() => onChange(values.filter((other) => other !== value))}
          >
            <IconX />
          </button>
        </span>
      ))}
      <input
        ref={input}
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen && options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && options[at] ? `${id}-${at}` : undefined}
        placeholder={values.length === 0 ? words.placeholder : undefined}
        value={typed}
        maxLength={maxLength}
        onChange={(event) => (setTyped(event.currentTarget.value), setOpen(true))}
        onFocus={() => (onType(wanted), setOpen(true))}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {isOpen && options.length > 0 && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          className={looks.tokenList}
          onMouseDown={(event) => event.preventDefault()}
        >
          {options.map((name, index) => (
            <div
              key={name}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              onClick={() => add(name)}
              onPointerMove={() => setChosen(index)}
            >
              {isNew && index === options.length - 1 ? words.create(name) : name}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

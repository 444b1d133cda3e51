/** Several of a list, chosen in a popover: a button that counts them, checkboxes behind it. Escape and a click elsewhere close it. */
import { IconChevronDown } from '@tabler/icons-react'
import { useId, useRef } from 'react'
import { Button } from './Button.tsx'
import looks from './CheckMenu.module.css'
import { usePopover } from './popover.ts'

type CheckMenuProps = {
  label: string
  options: readonly { value: string; label: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

const widthPx = 260

export function CheckMenu({ label, options, chosen, onChange }: CheckMenuProps) {
  const id = useId()
  const button = useRef<HTMLDivElement>(null)
  const { isOpen, props } = usePopover({ button, width: widthPx, align: 'start', first: 'input' })
  const only = chosen.length === 1 ? options.find(({ value }) => value === chosen[0])?.label : undefined
  return (
    <>
      <div ref={button} className={looks.button}>
        <Button
          size="small"
          popoverTarget={id}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          aria-pressed={chosen.length > 0}
          className={chosen.length > 0 ? looks.chosen : undefined}
          after={<IconChevronDown size={14} aria-hidden="true" />}
        >
          {only ? `${label}: ${only}` : chosen.length > 1 ? `${label}: ${chosen.length}` : label}
        </Button>
      </div>
      <div {...props} id={id} role="dialog" aria-label={label} className={looks.list}>
        {isOpen &&
          options.map((option) => (
            <label key={option.value} className={looks.choice}>
              <input
                type="checkbox"
                checked={chosen.includes(option.value)}
                onChange={(event) =>
                  onChange(
                    event.currentTarget.checked
                      ? [...chosen, option.value]
                      : chosen.filter((value) => value !== option.value),
                  )
                }
              />
              <span>{option.label}</span>
            </label>
          ))}
      </div>
    </>
  )
}

/** On or off, at once. */
import looks from './Switch.module.css'

type SwitchProps = {
  label: string
  isOn: boolean
  onChange: (isOn: boolean) => void
  /** Why it does nothing now; it stays reachable and says so. */
  disabledWhy?: string | null | false
}

export function Switch({ label, isOn, onChange, disabledWhy }: SwitchProps) {
  const isOff = Boolean(disabledWhy)
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={isOff ? `${label}, ${disabledWhy}` : label}
      aria-disabled={isOff || undefined}
      title={disabledWhy || undefined}
      className={looks.switch}
      onClick={() => {
        if (!isOff) onChange(!isOn)
      }}
    />
  )
}

/** A few panels in one place, one shown at a time. */
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import looks from './details.module.css'

export function Tabs<Id extends string>({
  label,
  tabs,
}: {
  label: string
  tabs: readonly { id: Id; label: ReactNode; panel: () => ReactNode }[]
}) {
  const id = useId()
  const [chosen, setChosen] = useState(tabs[0]?.id)
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.id === chosen),
  )
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    setChosen(tabs[to]?.id)
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus()
  }
  return (
    <>
      <div role="tablist" aria-label={label} className={looks.tabs} onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => setChosen(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tabs[at]?.id}`} className={looks.tabPanel}>
        {tabs[at]?.panel()}
      </div>
    </>
  )
}

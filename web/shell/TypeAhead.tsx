/** Hears what is typed between opening the palette and its arrival, so that no letter is lost the first time. */
import { type RefObject, useEffect } from 'react'

const lettersMax = 200

export function TypeAhead({ heard }: { heard: RefObject<string> }) {
  useEffect(() => {
    heard.current = ''
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key.length === 1) heard.current = (heard.current + event.key).slice(0, lettersMax)
      else if (event.key === 'Backspace') heard.current = heard.current.slice(0, -1)
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    // before every other listener: these letters are for the palette
    addEventListener('keydown', onKeyDown, { capture: true })
    return () => removeEventListener('keydown', onKeyDown, { capture: true })
  }, [heard])
  return null
}

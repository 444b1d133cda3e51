/** Why a form was refused, above its fields; comes into sight by itself. */
import { useEffect, useRef } from 'react'
import { ErrorPanel } from '../ui/ErrorPanel.tsx'
import { useRefusalWords } from './refusal-words.ts'

export function FormProblem({ error }: { error: unknown }) {
  const inWords = useRefusalWords()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error) place.current?.scrollIntoView({ block: 'center' })
  }, [error])
  if (!error) return null
  const { title, advice, requestId } = inWords(error)
  return (
    <div ref={place}>
      <ErrorPanel title={title} advice={advice} requestId={requestId} />
    </div>
  )
}

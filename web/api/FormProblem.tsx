/** Why a form was refused, above its fields. */
import { useRefusalWords } from './refusal-words.ts'
import { ErrorPanel } from '../ui/ErrorPanel.tsx'

export function FormProblem({ error }: { error: unknown }) {
  const inWords = useRefusalWords()
  if (!error) return null
  const { title, advice, requestId } = inWords(error)
  return <ErrorPanel title={title} advice={advice} requestId={requestId} />
}

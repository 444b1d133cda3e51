/** What a person changes about their own look, and leaving. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../api/client.ts'
import { meOptions } from '../api/me.ts'
import { useRefusalToast } from '../api/refusal-words.ts'
import { entryPaths } from '../paths.ts'
import type { Theme } from '../ui/looks.ts'
import { rememberChoice, choiceKeys } from '../ui/looks.ts'
import { type AppLanguage, changeLanguage } from '../words/words.ts'

/** Changes the look at once and remembers it in the account; a refusal puts it back. */
export function useChangeLook(): (look: {
  theme?: Theme
  locale?: AppLanguage
  density?: 'comfortable' | 'compact'
}) => void {
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { mutate } = useMutation({
    mutationFn: (look: { theme?: Theme; locale?: AppLanguage; density?: 'comfortable' | 'compact' }) =>
      client.identity.updateMe(look),
    onMutate: (look) => {
      const { queryKey } = meOptions()
      const before = queries.getQueryData(queryKey)
      queries.setQueryData(queryKey, (me) => me && { ...me, person: { ...me.person, ...look } })
      if (look.locale) {
        rememberChoice(choiceKeys.locale, look.locale)
        void changeLanguage(look.locale)
      }
      return { before }
    },
    onError: (error, _look, context) => {
      queries.setQueryData(meOptions().queryKey, context?.before)
      if (context?.before) void changeLanguage(context.before.person.locale)
      tell(error)
    },
  })
  return mutate
}

export function useSignOut(): () => void {
  const tell = useRefusalToast()
  const { mutate } = useMutation({
    mutationFn: () => client.identity.signOut(),
    // a new page load leaves nothing of this person in memory
    onSuccess: () => location.assign(entryPaths.signIn()),
    onError: tell,
  })
  return () => mutate()
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useGo } from '../../location.ts'
import { entryPaths, pathsOf } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { FormActions, FormStack } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import { EntryFrame } from './EntryFrame.tsx'
import { WorkspaceFields, workspaceOf } from './WorkspaceFields.tsx'

export function NewWorkspacePage() {
  const t = useWords('entry')
  const common = useWords('common')
  const go = useGo()
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) => client.identity.createWorkspace(workspaceOf(form)),
    onSuccess: (workspace) => {
      queries.clear()
      go(pathsOf(workspace.slug).home(), { replace: true })
    },
  })
  return (
    <EntryFrame title={t('newWorkspace.title')} lead={t('newWorkspace.lead')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          mutate(new FormData(event.currentTarget))
        }}
      >
        <FormProblem error={error} />
        <WorkspaceFields error={error} />
        <FormActions>
          <Button type="submit" tone="primary" busy={isPending}>
            {t('newWorkspace.action')}
          </Button>
          <LinkButton tone="quiet" href={entryPaths.home()}>
            {common('cancel')}
          </LinkButton>
        </FormActions>
      </FormStack>
    </EntryFrame>
  )
}

import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconKey, IconUserPlus, IconX } from '@tabler/icons-react'
import { type Dispatch, type SetStateAction, useState } from 'react'
import type { Member, Role } from '@floowe/contracts/identity'
import type { z } from 'zod'
import { api, client } from '../../api/client.ts'
import { useMay, useMe } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { Button, IconButton } from '../../ui/Button.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Select } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Section } from '../../ui/Page.tsx'
import { Time } from '../../ui/Time.tsx'
import { doLater, doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import { Invitations } from './Invitations.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { ResetLinkDialog } from './ResetLinkDialog.tsx'
import { roles } from './roles.ts'
import looks from './admin.module.css'

type Person = z.infer<typeof Member>

export function MembersPage() {
  const t = useWords('members')
  const mayManage = useMay('members:manage')
  const [isInviting, setInviting] = useState(false)
  return (
    <SettingsPage
      title={t('title')}
      lead={t('lead')}
      actions={
        mayManage && (
          <Button tone="primary" icon={<IconUserPlus />} onClick={() => setInviting(true)}>
            {t('invite.action')}
          </Button>
        )
      }
    >
      <Section title={t('people')}>
        <People mayManage={mayManage} />
      </Section>
      {mayManage && (
        <Section title={t('invitations')} lead={t('invitations.lead')}>
          <Invitations />
        </Section>
      )}
      <Section title={t('roles')}>
        <dl className={looks.roles}>
          {roles.map((role) => (
            <div key={role}>
              <dt>{t(`role.${role}`)}</dt>
              <dd>{t(`role.${role}.may`)}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <InviteDialog isOpen={isInviting} onClose={() => setInviting(false)} />
    </SettingsPage>
  )
}

function People({ mayManage }: { mayManage: boolean }) {
  const t = useWords('members')
  const me = useMe()
  const { compare } = useFormats()
  const { data } = useSuspenseQuery(api.identity.listMembers.queryOptions())
  const [resetting, setResetting] = useState<Person | null>(null)
  const [removed, setRemoved] = useState<readonly string[]>([])
  const { changeRole, remove } = useMemberActs(setRemoved)
  const people = data.filter((person) => !removed.includes(person.userId)).sort((a, b) => compare(a.name, b.name))
  const roleOptions = roles
    .filter((role) => role !== 'owner' || me.role === 'owner')
    .map((role) => ({ value: role, label: t(`role.${role}`) }))
  const mayTouch = (person: Person) => mayManage && (person.role !== 'owner' || me.role === 'owner')
  const columns: Column<Person>[] = [
    {
      id: 'name',
      label: t('name'),
      isMain: true,
      cell: (person) => (
        <span className={looks.person}>
          <span>
            {person.name}
            {person.userId === me.person.id && <span className={looks.faint}> {t('you')}</span>}
          </span>
          <span className={looks.faint}>{person.email}</span>
        </span>
      ),
    },
    {
      id: 'role',
      label: t('role'),
      width: '190px',
      cell: (person) =>
        mayTouch(person) ? (
          <Select
            aria-label={t('role.of', { name: person.name })}
            value={person.role}
            options={roleOptions}
            onChoose={(role) => changeRole(person, role)}
          />
        ) : (
          t(`role.${person.role}`)
        ),
    },
    {
      id: 'joined',
      label: t('joined'),
      width: '140px',
      cell: (person) => <Time at={person.joinedAt} as="shortDate" />,
    },
  ]
  if (mayManage) {
    columns.push({
      id: 'acts',
      label: t('acts'),
      isLabelHidden: true,
      align: 'end',
      width: '84px',
      cell: (person) =>
        mayTouch(person) && (
          <span className={looks.acts}>
            <IconButton size="small" label={t('reset.for', { name: person.name })} onClick={() => setResetting(person)}>
              <IconKey />
            </IconButton>
            {person.userId !== me.person.id && (
              <IconButton size="small" label={t('remove.for', { name: person.name })} onClick={() => remove(person)}>
                <IconX />
              </IconButton>
            )}
          </span>
        ),
    })
  }
  return (
    <>
      <DataTable caption={t('people')} columns={columns} rows={people} rowKey={(person) => person.userId} />
      <ResetLinkDialog person={resetting} onClose={() => setResetting(null)} />
    </>
  )
}

function useMemberActs(setRemoved: Dispatch<SetStateAction<readonly string[]>>) {
  const t = useWords('members')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { queryKey } = api.identity.listMembers.queryOptions()
  const refetch = () => queries.invalidateQueries({ queryKey })
  const setRole = async (userId: string, role: Role) => {
    queries.setQueryData(queryKey, (people) =>
      people?.map((person) => (person.userId === userId ? { ...person, role } : person)),
    )
    try {
      await client.identity.updateMember({ userId, role })
    } finally {
      await refetch()
    }
  }
  return {
    changeRole: (person: Person, role: Role) =>
      void doWithUndo({
        text: t('role.changed', { name: person.name, role: t(`role.${role}`) }),
        run: () => setRole(person.userId, role),
        undo: () => setRole(person.userId, person.role),
        onFailure: tell,
      }),
    remove: (person: Person) =>
      doLater({
        text: t('removed', { name: person.name }),
        hide: (isHidden) =>
          setRemoved((ids) => (isHidden ? [...ids, person.userId] : ids.filter((id) => id !== person.userId))),
        run: () => client.identity.removeMember({ userId: person.userId }).then(refetch),
        onFailure: tell,
      }),
  }
}

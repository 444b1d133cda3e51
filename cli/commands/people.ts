/** `token create` and `user reset`: access. */
import { Permission } from '@floowe/contracts/vocabulary'
import { Refused, WrongUse } from '../client.ts'
import type { Command } from '../command.ts'

export const tokenCommand: Command = {
  name: 'token',
  usage: 'token create [--name NAME] [--permissions a,b] [--days N]',
  summary: 'Make an API key; its secret is shown once',
  options: { name: { type: 'string' }, permissions: { type: 'string' }, days: { type: 'string' } },
  words: { min: 1, max: 1 },
  run: async ({ client, words, flags }) => {
    if (words[0] !== 'create') throw new WrongUse('token create')
    const known = Permission.options as readonly string[]
    const wanted =
      typeof flags['permissions'] === 'string'
        ? flags['permissions'].split(',').map((part) => part.trim())
        : [
            'content:read',
            'content:write',
            'content:import',
            'media:write',
            'publishing:read',
            'publishing:plan',
            'analytics:read',
          ]
    const unknown = wanted.filter((permission) => !known.includes(permission))
    if (unknown.length > 0)
      throw new WrongUse(`Unknown permissions: ${unknown.join(', ')}. There are: ${known.join(', ')}`)
    const made = await client.identity.createKey({
      name: typeof flags['name'] === 'string' ? flags['name'] : 'command line',
      permissions: wanted as Permission[],
      expiresInDays: flags['days'] === undefined ? undefined : Number(flags['days']),
    })
    return {
      json: made,
      lines: [made.secret, `Shown once. Permissions: ${made.key.permissions.join(', ')}. Use it as FLOOWE_TOKEN.`],
    }
  },
}

export const userCommand: Command = {
  name: 'user',
  usage: 'user reset EMAIL',
  summary: 'A link with which a member sets a new password',
  words: { min: 2, max: 2 },
  run: async ({ client, words }) => {
    if (words[0] !== 'reset') throw new WrongUse('user reset EMAIL')
    const email = (words[1] ?? '').toLowerCase()
    const member = (await client.identity.listMembers()).find((one) => one.email.toLowerCase() === email)
    if (!member) throw new Refused('not-found', `No member of this workspace has the address ${email}`)
    const link = await client.identity.createResetLink({ userId: member.userId })
    return { json: link, lines: [link.url, `Works once, until ${link.expiresAt}.`] }
  },
}

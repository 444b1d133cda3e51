/** How LinkedIn refuses, and who may act for whom. */
import type { Grant, World } from './linkedin.ts'
import { refuse } from './vendor.ts'

export const failure = (status: number, code: string, message: string, more: object = {}): [number, object] => [
  status,
  { status, code, message, ...more },
]
export const denied = (what: string): [number, object] =>
  failure(403, 'ACCESS_DENIED', `Not enough permissions to access: ${what}`, { serviceErrorCode: 100 })
export const invalid = (field: string, code: string, message: string): [number, object] =>
  failure(400, 'MISSING_FIELD', message, {
    errorDetails: { inputErrors: [{ description: message, input: { inputPath: { fieldPath: field } }, code }] },
  })

/** @throws when the token may not act for this author */
export function checkAuthor(author: string, world: World, { scopes }: Grant): void {
  const isPerson = author === `urn:li:person:${world.person.id}`
  const isPage = world.organisations.some(({ id }) => author === `urn:li:organization:${id}`)
  if (isPage && !scopes.includes('w_organization_social'))
    refuse(
      ...failure(
        400,
        'ILLEGAL_ARGUMENT',
        'Organization Or Events permissions must be used when using organization as author',
      ),
    )
  if (!isPage && !(isPerson && scopes.includes('w_member_social'))) refuse(...denied('partnerApiPostsExternal.CREATE'))
}

export const isPersons = (author: string): boolean => author.startsWith('urn:li:person:')

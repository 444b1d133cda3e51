/** Templates: a text to start from. */
import { type Body, emptyBody } from '@floowe/contracts/body'
import type { EditionId, Language, TemplateId } from '@floowe/contracts/vocabulary'
import { found, type Host, once, refuse } from '@floowe/platform'
import { refsIn } from './references.ts'
import type { Store, TemplateRecord } from './store/port.ts'
import { settledBody } from './texts.ts'

export type NewTemplate = {
  name: string
  description: string
  language: Language
  fromEdition?: EditionId
  title: string
  lead: string
  body?: Body
}
export type TemplatePatch = { name?: string; description?: string; title?: string; lead?: string; body?: Body }
const templatesMax = 200
export type Templates = ReturnType<typeof createTemplates>

export function createTemplates(host: Host, store: Store) {
  const { ids, clock, publicUrl } = host
  const get = async (workspaceId: string, id: TemplateId): Promise<TemplateRecord> =>
    found(await store.templates.get(workspaceId, id), 'template')
  const put = async (workspaceId: string, template: TemplateRecord): Promise<TemplateRecord> => {
    const settled = { ...template, body: settledBody(template.body, ids) }
    await store.templates.put(workspaceId, settled, refsIn(settled.body, publicUrl))
    return settled
  }
  const make = async (workspaceId: string, given: NewTemplate, id: TemplateId): Promise<TemplateRecord> => {
    const { fromEdition, ...own } = given
    if ((await store.templates.list(workspaceId)).length >= templatesMax)
      refuse('invalid-input', {
        issues: [{ path: 'name', problem: `a workspace has at most ${templatesMax} templates` }],
      })
    const edition = fromEdition ? found(await store.content.getEdition(workspaceId, fromEdition), 'edition') : null
    return put(workspaceId, {
      id,
      createdAt: clock.instant(),
      name: own.name,
      description: own.description,
      language: own.language,
      title: own.title || (edition?.title ?? ''),
      lead: own.lead || (edition?.lead ?? ''),
      body: own.body ?? edition?.body ?? emptyBody(),
    })
  }
  return {
    list: (workspaceId: string): Promise<TemplateRecord[]> => store.templates.list(workspaceId),
    get,
    /** @param onceId what was made under it before is answered again */
    create: (workspaceId: string, given: NewTemplate, onceId: string | null): Promise<TemplateRecord> =>
      once(
        onceId,
        (id) => store.templates.get(workspaceId, id as TemplateId), // made below, or nothing's
        () => make(workspaceId, given, (onceId ?? ids.next<TemplateId>()) as TemplateId), // the id of its first try
      ),
    update: async (workspaceId: string, id: TemplateId, patch: TemplatePatch): Promise<TemplateRecord> => {
      const current = await get(workspaceId, id)
      const {
        name = current.name,
        description = current.description,
        title = current.title,
        lead = current.lead,
        body = current.body,
      } = patch
      return put(workspaceId, { ...current, name, description, title, lead, body })
    },
    delete: async (workspaceId: string, id: TemplateId): Promise<void> => {
      found((await store.templates.delete(workspaceId, id)) || null, 'template')
    },
  }
}

/**
 * Checklists: what a text has to have before it goes out. A workspace has one; each of its items is computed from the text, or asked
 * of a person. One that blocks refuses a plan through every path, one that warns is said.
 */
import { z } from 'zod'
import { innerOperation, operation } from './operation.ts'
import { ArticleId, cleanText, EditionId, Instant, VersionId } from './vocabulary.ts'

/** What Floowe looks at itself. `title-length`: of what search results show, at most {@link titleLengthMax} characters. */
export const ChecklistRule = z.enum([
  'cover',
  'cover-alt',
  'picture-alt',
  'lead',
  'meta-description',
  'tag',
  'links',
  'title-length',
])
export type ChecklistRule = z.infer<typeof ChecklistRule>
export const titleLengthMax = 60
export const checklistItemsMax = 40

export const ChecklistItem = z.object({
  id: z.uuid(),
  /** Null: a person answers `text`. */
  rule: ChecklistRule.nullable(),
  /** Of what is asked: what a person makes sure of. Empty where it is computed. */
  text: cleanText(200).default(''),
  severity: z.enum(['blocks', 'warns']),
})
export type ChecklistItem = z.infer<typeof ChecklistItem>

export const Checklist = z.object({
  items: z.array(ChecklistItem),
  /** Grows with every change; 0 as long as there was none. */
  revision: z.number().int(),
})
export type Checklist = z.infer<typeof Checklist>

/** Of one edition, as its newest text stands. */
export const CheckedItem = ChecklistItem.extend({
  isDone: z.boolean(),
  /** In how many places it is not: pictures without a description, links that lead nowhere. */
  count: z.number().int().nullable(),
  /** Who said so, and when; null for what is computed, and for what nobody has ticked. */
  doneByName: z.string().nullable(),
  doneAt: Instant.nullable(),
})
export type CheckedItem = z.infer<typeof CheckedItem>
export const EditionChecklist = z.object({ items: z.array(CheckedItem) })
export type EditionChecklist = z.infer<typeof EditionChecklist>

const tag = 'Content'
const edition = z.object({ id: EditionId })

export const checklistOperations = {
  getChecklist: operation(tag, 'content:read', {
    method: 'GET',
    path: '/checklist',
    summary: 'What a text has to have before it goes out',
  }).output(Checklist),
  updateChecklist: operation(tag, 'publishing:channels', {
    method: 'PUT',
    path: '/checklist',
    summary: 'Change it; ticks of items that stay are kept',
  })
    .errors({
      'stale-checklist': { status: 409, data: z.object({ current: z.number().int() }) },
      /** Two items with one id, a computed one twice, or one that asks nothing. */
      'wrong-checklist': { status: 422, data: z.object({ itemId: z.string() }) },
    })
    .input(z.object({ items: z.array(ChecklistItem).max(checklistItemsMax), basedOn: z.number().int().min(0) }))
    .output(Checklist),
  getEditionChecklist: operation(tag, 'content:read', {
    method: 'GET',
    path: '/editions/{id}/checklist',
    summary: 'How far an edition is with the checklist',
  })
    .input(edition)
    .output(EditionChecklist),
  tickChecklistItem: operation(
    tag,
    'content:write',
    {
      method: 'PUT',
      path: '/editions/{id}/checklist/{itemId}',
      summary: 'Say that something asked is done, or is not',
    },
    { repeatable: true },
  )
    .errors({ 'not-asked': { status: 409 } })
    .input(edition.extend({ itemId: z.uuid(), isDone: z.boolean() }))
    .output(EditionChecklist),

  /** Items of this very version that block and are not done; publishing asks before it plans. */
  openChecklist: innerOperation({ repeatable: true })
    .input(z.object({ editionId: EditionId, versionId: VersionId }))
    .output(z.array(ChecklistItem.pick({ id: true, rule: true, text: true }))),
}

export const checklistEvents = {
  'content.checklist-changed': z.object({ items: z.number().int() }),
  'content.checklist-ticked': z.object({
    articleId: ArticleId,
    editionId: EditionId,
    itemId: z.string(),
    text: z.string(),
    isDone: z.boolean(),
  }),
}

import type { Body } from '@floowe/contracts/body'
import type { ChecklistItem, ChecklistRule } from '@floowe/contracts/checklists'
import { afterAll, describe, expect, test } from 'vitest'
import { codeOf, contentWorld, fileOf, paragraphs, refusalOf } from './testing.ts'

const world = await contentWorld()
afterAll(() => world.stop())
const { ewa, jan, other, inner } = world

const idOf = (number: number): string => `0190cccc-0000-7000-8000-${String(number).padStart(12, '0')}`
const computed = (number: number, rule: ChecklistRule, severity: ChecklistItem['severity'] = 'blocks') => ({
  ...{ id: idOf(number), rule, text: '', severity },
})
const asked = (number: number, text: string, severity: ChecklistItem['severity'] = 'blocks') => ({
  ...{ id: idOf(number), rule: null, text, severity },
})
const set = async (...items: ChecklistItem[]) =>
  ewa.updateChecklist({ items, basedOn: (await ewa.getChecklist(undefined)).revision })
const write = (more: Partial<Parameters<typeof ewa.createArticle>[0]> = {}) =>
  ewa.createArticle({ language: 'pl', title: 'Rzeka', body: paragraphs('x'), ...more })
const openOf = async (editionId: string, versionId: string) =>
  (await inner.openChecklist({ editionId, versionId })).map(({ id }) => id)

describe('the list of a workspace', () => {
  test('is empty at first, and each workspace has its own', async () => {
    expect(await other.getChecklist(undefined)).toEqual({ items: [], revision: 0 })
    const item = asked(1, 'Czy ktoś inny to przeczytał?')
    expect(await set(item)).toEqual({ items: [item], revision: 1 })
    expect(await ewa.getChecklist(undefined)).toEqual({ items: [item], revision: 1 })
    expect(await other.getChecklist(undefined)).toEqual({ items: [], revision: 0 })
  })

  test('whoever changes what somebody else has changed is told, also at the very first', async () => {
    const { revision } = await set(computed(1, 'lead'))
    const stale = ewa.updateChecklist({ items: [], basedOn: revision - 1 })
    expect(await refusalOf(stale)).toEqual({ code: 'stale-checklist', data: { current: revision } })
    expect(await codeOf(ewa.updateChecklist({ items: [], basedOn: 0 }))).toBe('stale-checklist')
    expect(await ewa.getChecklist(undefined)).toMatchObject({ revision, items: [{ rule: 'lead' }] })
  })

  test('one id twice, one rule twice, and a question without words are refused', async () => {
    for (const items of [
      [asked(1, 'a'), asked(1, 'b')],
      [asked(2, 'a'), computed(1, 'lead'), computed(3, 'lead')],
      [asked(4, ' ')],
    ])
      expect(await refusalOf(set(...items))).toEqual({ code: 'wrong-checklist', data: { itemId: items.at(-1)?.id } })
  })

  test('takes the right of those who set up channels', async () => {
    const editor = world.as({ workspaceId: '0190aaaa-0000-7000-8000-000000000001', role: 'editor', userId: idOf(9) })
    expect(await codeOf(editor.updateChecklist({ items: [], basedOn: 0 }))).toBe('not-allowed')
    expect((await editor.getChecklist(undefined)).items.length).toBeGreaterThan(0)
  })

  test('its changes are told', async () => {
    const { items } = await set(computed(1, 'lead'), asked(2, 'Czy to prawda?'))
    await world.drain()
    expect(world.events.findLast(({ name }) => name === 'content.checklist-changed')?.data).toEqual({
      items: items.length,
    })
  })
})

describe('an edition', () => {
  test('is looked at as it stands now', async () => {
    await set(computed(1, 'lead'), computed(2, 'tag', 'warns'), computed(3, 'title-length'))
    const { article, edition } = await write()
    const states = async () =>
      (await ewa.getEditionChecklist({ id: edition.id })).items.map(({ rule, isDone }) => [rule, isDone])
    expect(await states()).toEqual([
      ['lead', false],
      ['tag', false],
      ['title-length', true],
    ])
    await ewa.saveEdition({ id: edition.id, basedOn: 1, title: 'a'.repeat(61), lead: 'Lead', body: edition.body })
    await ewa.updateArticle({ id: article.id, basedOn: article.revision, tags: ['rzeka'] })
    expect(await states()).toEqual([
      ['lead', true],
      ['tag', true],
      ['title-length', false],
    ])
  })

  test('its pictures are described in the text or in the library', async () => {
    await set(computed(1, 'picture-alt'), computed(2, 'cover'), computed(3, 'cover-alt'))
    const picture = await ewa.uploadMedia({ file: fileOf('rzeka.svg', svg('red')), alt: '' })
    const image = (alt: string | null) => ({ type: 'image' as const, attrs: { src: `media:${picture.id}`, alt } })
    const body: Body = { type: 'doc', content: [image(null), image('Most'), image(null)] }
    const { article, edition } = await write({ body })
    const counts = async () => (await ewa.getEditionChecklist({ id: edition.id })).items.map(({ count }) => count)
    expect(await counts()).toEqual([2, 1, 0])
    await ewa.updateArticle({ id: article.id, basedOn: article.revision, coverId: picture.id })
    expect(await counts()).toEqual([2, 0, 1])
    await ewa.updateMedia({ id: picture.id, alt: 'Rzeka o świcie' })
    expect(await counts()).toEqual([0, 0, 0])
  })

  test('what is asked is ticked by a person, named, and can be unticked; twice is once', async () => {
    const question = asked(1, 'Czy ktoś inny to przeczytał?')
    await set(question, computed(2, 'lead'))
    const { article, edition } = await write()
    const tick = (isDone: boolean) => jan.tickChecklistItem({ id: edition.id, itemId: question.id, isDone })
    expect((await tick(true)).items[0]).toMatchObject({ isDone: true, doneByName: expect.any(String) })
    const again = await tick(true)
    expect(again).toEqual(await ewa.getEditionChecklist({ id: edition.id }))
    expect((await tick(false)).items[0]).toMatchObject({ isDone: false, doneByName: null, doneAt: null })
    await tick(false)
    await world.drain()
    const told = world.events.filter(({ name }) => name === 'content.checklist-ticked')
    expect(told.map(({ data }) => data)).toEqual(
      [true, false].map((isDone) => ({
        ...{ articleId: article.id, editionId: edition.id, itemId: question.id, text: question.text, isDone },
      })),
    )
  })

  test('what is computed, what is not on the list, and what is another’s cannot be ticked', async () => {
    await set(asked(1, 'Czy to prawda?'), computed(2, 'lead'))
    const { edition } = await write()
    const tick = (of: typeof ewa, itemId: string) =>
      codeOf(of.tickChecklistItem({ id: edition.id, itemId, isDone: true }))
    expect(await tick(ewa, idOf(2))).toBe('not-asked')
    expect(await tick(ewa, idOf(3))).toBe('not-found')
    expect(await tick(other, idOf(1))).toBe('not-found')
    expect(await codeOf(other.getEditionChecklist({ id: edition.id }))).toBe('not-found')
    const viewer = world.as({ workspaceId: '0190aaaa-0000-7000-8000-000000000001', role: 'viewer', userId: idOf(9) })
    expect(await codeOf(viewer.tickChecklistItem({ id: edition.id, itemId: idOf(1), isDone: true }))).toBe(
      'not-allowed',
    )
  })

  test('ticks stay as long as the list asks, and go with the article', async () => {
    const [one, two] = [asked(1, 'a'), asked(2, 'b')]
    await set(one, two)
    const { article, edition } = await write()
    for (const { id: itemId } of [one, two]) await ewa.tickChecklistItem({ id: edition.id, itemId, isDone: true })
    await set({ ...one, text: 'inaczej' })
    expect((await ewa.getEditionChecklist({ id: edition.id })).items).toMatchObject([{ text: 'inaczej', isDone: true }])
    await set(one, two)
    expect((await ewa.getEditionChecklist({ id: edition.id })).items).toMatchObject([
      { isDone: true },
      { isDone: false },
    ])
    await ewa.trashArticle({ id: article.id })
    await ewa.deleteArticle({ id: article.id })
    await world.drain()
    const left = await world.sql('select item_id from checklist_ticks where edition_id = $1', [edition.id])
    expect(left).toEqual([])
  })
})

describe('what blocks a version', () => {
  test('is what is not done of this very version; warnings block nothing', async () => {
    await set(computed(1, 'lead'), computed(2, 'tag', 'warns'), asked(3, 'Czy to prawda?'), asked(4, 'Ładne?', 'warns'))
    const { edition } = await write()
    expect(await openOf(edition.id, edition.versionId)).toEqual([idOf(1), idOf(3)])
    const saved = await ewa.saveEdition({
      id: edition.id,
      basedOn: 1,
      title: 'Rzeka',
      lead: 'Lead',
      body: edition.body,
    })
    expect(await openOf(edition.id, saved.versionId)).toEqual([idOf(3)])
    await ewa.tickChecklistItem({ id: edition.id, itemId: idOf(3), isDone: true })
    expect(await openOf(edition.id, saved.versionId)).toEqual([])
    expect(await openOf(edition.id, edition.versionId)).toEqual([idOf(1)])
  })

  test('a version of another edition is none of this one', async () => {
    await set(computed(1, 'lead'))
    const [one, two] = [await write(), await write()]
    expect(await codeOf(openOf(one.edition.id, two.edition.versionId))).toBe('not-found')
  })
})

const svg = (fill: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4" fill="${fill}"/></svg>`

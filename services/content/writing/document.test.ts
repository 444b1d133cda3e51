import { type Body, bodyProblem, type BodyNode } from '@floowe/contracts/body'
import { bodyOfJson, editorJson } from '@floowe/contracts/body-json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { arbitraryBody } from '../formats/body-arbitrary.ts'
import { withIds } from '../formats/index.ts'
import { paragraphs } from '../testing.ts'
import { changeTo, clientOf, documentJson, documentOf, firstState, textOfDocument } from './document.ts'

let count = 0
const settled = (body: Body): Body => withIds(bodyOfJson(editorJson(body)), () => `id-${(count += 1)}`)
const opened = (body: Body, title = 'Title', lead = ''): Y.Doc =>
  documentOf([firstState({ title, lead, body }, clientOf('first'))])
const words = (doc: Y.Doc): string => JSON.stringify(textOfDocument(doc).body)
const plain = (nodes: readonly BodyNode[]): string[] =>
  nodes.map((node) => node.text ?? plain(node.content ?? []).join(''))
const block = (doc: Y.Doc, at: number): Y.XmlElement => doc.getXmlFragment('body').get(at) as Y.XmlElement // made so above
const textIn = (doc: Y.Doc, at: number): Y.XmlText => block(doc, at).get(0) as Y.XmlText // made so above

describe('a body, made into a document', () => {
  test('is read out of it the same, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryBody, (given) => {
        const body = settled(given)
        const doc = opened(body, 'Łódź 🙂', 'lead')
        expect(textOfDocument(doc)).toEqual({ title: 'Łódź 🙂', lead: 'lead', body })
      }),
      { numRuns: 150 },
    )
  })

  test('is the same document to the byte, whoever makes it', () => {
    const body = settled(paragraphs('one', 'two'))
    const text = { title: 't', lead: '', body }
    expect(firstState(text, clientOf('a'))).toEqual(firstState(text, clientOf('a')))
    expect(clientOf('a')).not.toBe(clientOf('b'))
  })

  test('becomes any other by a change, and the change is the same however often it is made', () => {
    fc.assert(
      fc.property(arbitraryBody, arbitraryBody, (one, other) => {
        const [before, after] = [settled(one), settled(other)]
        const make = (): Uint8Array | null =>
          changeTo(opened(before), { title: 'New', lead: 'x', body: after }, clientOf('change'))
        const update = make()
        const doc = opened(before)
        if (update) {
          Y.applyUpdate(doc, update)
          expect(make()).toEqual(update)
          Y.applyUpdate(doc, update)
        }
        const said = textOfDocument(doc)
        expect([said.title, said.lead]).toEqual(['New', 'x'])
        expect(plain(said.body.content)).toEqual(plain(after.content))
      }),
      { numRuns: 150 },
    )
  })

  test('needs no change to say what it says', () => {
    const body = settled(paragraphs('one', 'two'))
    expect(changeTo(opened(body), { title: 'Title', lead: '', body }, 5)).toBeNull()
    // Also when the ids were left out.
    expect(changeTo(opened(body), { title: 'Title', lead: '', body: paragraphs('one', 'two') }, 5)).toBeNull()
  })
})

describe('a change made elsewhere', () => {
  test('leaves alone what was written meanwhile, in other blocks and in the same one', () => {
    const body = settled(paragraphs('The river runs.', 'It is cold.', 'Home.'))
    const live = opened(body)
    const changed = settled({ type: 'doc', content: body.content.map((node) => structuredClone(node)) })
    changed.content[0] = {
      ...changed.content[0],
      content: [{ type: 'text', text: 'The great river runs.' }],
    } as BodyNode
    const update = changeTo(opened(body), { title: 'Title', lead: '', body: changed }, clientOf('rest'))
    textIn(live, 0).insert(15, ' Fast.')
    textIn(live, 2).insert(0, 'Sweet ')
    if (update) Y.applyUpdate(live, update)
    expect(plain(textOfDocument(live).body.content)).toEqual([
      'The great river runs. Fast.',
      'It is cold.',
      'Sweet Home.',
    ])
  })

  test('keeps the id of a block that comes without one', () => {
    const body = settled(paragraphs('one', 'two'))
    const doc = opened(body)
    changeTo(doc, { title: 'Title', lead: '', body: paragraphs('one', 'two changed') }, 7)
    expect(textOfDocument(doc).body.content.map(({ attrs }) => attrs?.id)).toEqual(
      body.content.map(({ attrs }) => attrs?.id),
    )
  })

  test('in a title splits no character', () => {
    const doc = opened(settled(paragraphs('x')), 'a🙂b')
    changeTo(doc, { title: 'a🙃b', lead: '', body: textOfDocument(doc).body }, 7)
    expect(doc.getText('title').toString()).toBe('a🙃b')
  })
})

describe('suggestions', () => {
  const suggest = (): Y.Doc => {
    const doc = opened(settled(paragraphs('Keep this', 'and that')))
    textIn(doc, 0).insert(4, ' really', { insertion: { id: 1 } })
    textIn(doc, 1).format(0, 4, { deletion: { id: 2 } })
    return doc
  }

  test('are not in the text: what is inserted is left out, what is deleted is kept', () => {
    expect(plain(textOfDocument(suggest()).body.content)).toEqual(['Keep this', 'and that'])
    expect(words(suggest())).not.toContain('marks')
  })

  test('stay in blocks that a change does not touch', () => {
    const doc = suggest()
    const { body } = textOfDocument(doc)
    changeTo(
      doc,
      { title: 'Title', lead: '', body: { ...body, content: [...body.content, ...paragraphs('new').content] } },
      7,
    )
    expect(textIn(doc, 0).toString()).toContain('really')
    expect(JSON.stringify(documentJson(doc))).toContain('deletion')
    expect(plain(textOfDocument(doc).body.content)).toEqual(['Keep this', 'and that', 'new'])
  })

  test('of a new line leave the line whole', () => {
    const doc = opened(settled(paragraphs('Keep this')))
    textIn(doc, 0).delete(4, 5)
    textIn(doc, 0).insert(4, '\u200B', { insertion: { id: 1 } })
    const half = new Y.XmlElement('paragraph')
    const rest = new Y.XmlText()
    half.insert(0, [rest])
    doc.getXmlFragment('body').insert(1, [half])
    rest.insert(0, ' this', {})
    rest.insert(0, '\u200B', { insertion: { id: 1 } })
    expect(plain(textOfDocument(doc).body.content)).toEqual(['Keep this'])
  })

  test('of whole blocks, and of an attribute, are undecided too', () => {
    const doc = opened(
      settled({
        type: 'doc',
        content: [{ type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'A' }] }],
      }),
    )
    const added = new Y.XmlElement('paragraph')
    doc.getXmlFragment('body').insert(1, [added])
    added.insert(0, [new Y.XmlText('suggested')])
    added.setAttribute('marks', JSON.stringify([{ type: 'insertion', attrs: { id: 3 } }]))
    block(doc, 0).setAttribute('level', 3 as never)
    const was = { id: 4, type: 'attr', attrName: 'level', previousValue: 2, newValue: 3 }
    block(doc, 0).setAttribute('marks', JSON.stringify([{ type: 'modification', attrs: was }]))
    expect(textOfDocument(doc).body.content).toMatchObject([{ type: 'heading', attrs: { level: 2 } }])
    expect(textOfDocument(doc).body.content).toHaveLength(1)
  })
})

describe('a document that nobody’s editor would make', () => {
  const hostile = (fill: (body: Y.XmlFragment, doc: Y.Doc) => void): Y.Doc => {
    const doc = opened(settled(paragraphs('good')))
    doc.transact(() => fill(doc.getXmlFragment('body'), doc))
    return doc
  }
  const child = (parent: Y.XmlFragment, name: string): Y.XmlElement => {
    const made = new Y.XmlElement(name)
    parent.push([made])
    return made
  }

  test.each<[string, (body: Y.XmlFragment, doc: Y.Doc) => void]>([
    ['unknown nodes', (body) => void child(body, 'script').setAttribute('src', 'evil')],
    ['text where blocks are', (body) => body.push([new Y.XmlText('loose')])],
    ['blocks in lines', (body) => void child(child(body, 'paragraph'), 'table')],
    [
      'attributes of wrong kinds',
      (body) => {
        const heading = child(body, 'heading')
        heading.setAttribute('level', 'x' as never)
        heading.setAttribute('onclick', 'evil')
        heading.setAttribute('id', 5 as never)
      },
    ],
    ['a name of the prototype', (body) => void child(body, 'constructor')],
    ['marks that are none', (body) => void child(body, 'paragraph').insert(0, [new Y.XmlText()])],
    ['broken characters', (body) => void child(body, 'paragraph').insert(0, [new Y.XmlText('a\u0000\uD83D')])],
    [
      'great depth',
      (body) => {
        let at: Y.XmlFragment = body
        for (let depth = 0; depth < 300; depth++) at = child(at, 'blockquote')
      },
    ],
    [
      'odd marks',
      (body) => {
        const text = new Y.XmlText()
        child(body, 'paragraph').insert(0, [text])
        text.insert(0, 'x', {
          link: { href: 5 },
          bold: 7 as never,
          evil: {},
          'modification--abcdefgh': { type: 'mark' },
        })
      },
    ],
    [
      'embeds in text',
      (body) => {
        const text = new Y.XmlText()
        child(body, 'paragraph').insert(0, [text])
        text.insertEmbed(0, { image: 'x' })
      },
    ],
    ['marks that cannot be read', (body) => void child(body, 'paragraph').setAttribute('marks', '{not json')],
    ['other types in the place of the title', (_body, doc) => void doc.getText('title').insertEmbed(0, { a: 1 })],
  ])('%s: its text is still a body by the contract', (_what, fill) => {
    const { title, body } = textOfDocument(hostile(fill))
    expect(bodyProblem(body)).toBeNull()
    expect(title).toBe('Title')
    expect(plain(body.content)[0]).toBe('good')
    expect(JSON.stringify(body)).not.toMatch(/evil|script|loose/)
  })

  test('has a title of one line that can be stored', () => {
    const doc = opened(settled(paragraphs('x')), '')
    doc.getText('title').insert(0, ` two\nlines\u0000\u202E ${'x'.repeat(400)} `)
    const { title } = textOfDocument(doc)
    expect(title.startsWith('two lines x')).toBe(true)
    expect(title.length).toBeLessThanOrEqual(300)
  })
})

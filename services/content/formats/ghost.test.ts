/** Ghost exports through the one door. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOnDisk } from './disk.ts'
import type { SourceFile } from './incoming.ts'
import { codes, examples, file, items, one, open, refusal } from './reading-in-tests.ts'

describe('Ghost', () => {
  const ghost = (data: unknown, wrap = (inside: unknown): unknown => ({ db: [{ meta: {}, data: inside }] })) =>
    file('g.json', JSON.stringify(wrap(data)))
  it('gives posts and pages from their HTML', async () => {
    const container = await open(fileOnDisk(join(examples, 'ghost/lampa.ghost.json'), 'g.json'))
    const found = await items(container)
    expect(found.map(({ title, type, status, language }) => [title, type, status, language])).toEqual([
      ['Światło o czwartej po południu', 'article', 'published', 'pl'],
      ['Light at four in the afternoon', 'article', 'published', 'en'],
      ['List do prenumeratorów', 'article', 'private', 'pl'],
      ['Szkic o żarówkach', 'article', 'draft', 'pl'],
      ['Pierwsza lampa', 'article', 'scheduled', 'pl'],
      ['O lampie', 'page', 'published', 'pl'],
    ])
    expect(found[0]).toMatchObject({
      sourceId: 'ghost:690a1b2c3d4e5f0001a00001',
      slug: 'swiatlo-o-czwartej-po-poludniu',
      lead: 'O godzinie, która należy do lamp.',
      authors: [{ name: 'Ola Rak' }, { name: 'Ignacy Żak' }],
      tags: [{ name: 'światło' }, { name: 'dom' }],
      cover: {
        ref: '/content/images/2025/11/lampa-kuchenna.jpg',
        alt: 'Lampa nad kuchennym stołem',
        caption: 'Fot. Ola Rak',
      },
      permalinks: ['/swiatlo-o-czwartej-po-poludniu/'],
      meta: { title: 'Światło o czwartej – Lampa' },
    })
    expect(found[0]?.body.content.map((node) => node.type)).toEqual([
      'paragraph',
      'image',
      'heading',
      'paragraph',
      'bulletList',
      'callout',
      'blockquote',
      'table',
      'codeBlock',
      'image',
      'image',
      'paragraph',
      'embed',
      'source',
      'heading',
      'paragraph',
      'paragraph',
      'horizontalRule',
      'paragraph',
    ])
    expect(codes(found[0])).toEqual([
      'kept-as-source',
      'caption-formatting',
      'caption-as-paragraph',
      'code-left-out',
      'tags-left-out',
      'site-address-unknown',
    ])
  })
  it('reads older exports too', async () => {
    const item = await one(
      ghost(
        {
          posts: [
            {
              id: 7,
              title: 'T',
              slug: 't',
              html: '<p>x</p>',
              page: 1,
              status: 'published',
              published_at: 1767312000000,
              author_id: 1,
            },
          ],
          users: [{ id: 1, name: 'A' }],
        },
        (data) => ({ meta: {}, data }),
      ),
    )
    expect(item).toMatchObject({
      sourceId: 'ghost:7',
      type: 'page',
      date: '2026-01-02T00:00:00.000Z',
      authors: [{ name: 'A' }],
    })
  })
  it('says when a post has no HTML', async () => {
    expect(
      codes(
        await one(ghost({ posts: [{ id: '1', title: 'T', html: null, lexical: '{"root":{}}', status: 'draft' }] })),
      ),
    ).toEqual(['text-without-html'])
  })
  it('keeps from all readers what was for some', async () => {
    const of = async (status: string, visibility: string) => {
      const item = await one(
        ghost({
          posts: [
            { id: '1', title: 'T', html: '<p>x</p>', status, visibility, published_at: '2031-01-01T06:00:00.000Z' },
          ],
        }),
      )
      return [item.status, codes(item)]
    }
    expect(await of('scheduled', 'public')).toEqual(['scheduled', []])
    expect(await of('scheduled', 'paid')).toEqual(['private', ['for-members']])
    expect(await of('draft', 'members')).toEqual(['draft', ['for-members']])
    expect(await of('sent', 'public')).toEqual(['private', ['newsletter-only']])
  })
  it('is refused whole when it is no JSON, with the line', async () => {
    const text = JSON.stringify({ db: [{ data: { posts: [{ id: '1' }, { id: '2' }] } }] }, null, 1)
    expect(await refusal(file('g.json', text.replace('"id": "2"', '"id": 2x')))).toEqual(['broken-json', 10])
    expect((await refusal(file('g.json', text.slice(0, -5))))[0]).toBe('broken-json')
    expect((await refusal(file('g.json', `${text}]`)))[0]).toBe('broken-json')
    expect((await refusal(file('g.json', '{"db":[{"data":{"posts":[3]}}]}')))[0]).toBe('broken-json')
    expect((await refusal(file('g.json', '{"db":[{"data":{"tags":[]}}]}')))[0]).toBe('not-ghost')
    expect((await refusal(file('g.json', `{"a":${'['.repeat(200)}`)))[0]).toBe('broken-json')
  })
  it('reads the same in pieces of any size, also with signs of JSON in texts', async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        db: [
          {
            meta: { 'a"]': '}{"posts":[' },
            data: { posts: [{ id: '1', title: 'a",[{\\"ą', html: '<p>}]\\"ż🐢</p>', data: { posts: [1] } }], tags: [] },
          },
        ],
      }),
    )
    for (const size of [1, 3, 50]) {
      const pieces: SourceFile = {
        path: 'g.json',
        size: bytes.length,
        async *open() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        },
      }
      const [item, another] = await items(await open(pieces))
      expect([item?.title, item?.body.content[0]?.content?.[0]?.text, another]).toEqual([
        'a",[{\\"ą',
        '}]\\"ż🐢',
        undefined,
      ])
    }
  })
})

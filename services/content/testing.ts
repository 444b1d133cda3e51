/** What the tests of this service share: a world with its neighbours, texts and files to work with. */
import type { Body } from '@floowe/contracts/body'
import type { Contracts } from '@floowe/contracts/index'
import type { Api } from '@floowe/platform'
import { Refusal } from '@floowe/platform'
import { testService, type WorldOptions } from '@floowe/platform/testing'
import { inject } from 'vitest'
import { service } from './service.ts'

export const workspace = '0190aaaa-0000-7000-8000-000000000001'
export const otherWorkspace = '0190aaaa-0000-7000-8000-000000000002'
export const ewa = '0190aaaa-0000-7000-8000-0000000000e1'
export const jan = '0190aaaa-0000-7000-8000-0000000000b2'
export const nobody = '0190aaaa-0000-7000-8000-0000000000ff'

/** Channels that the publishing service says an article is on. */
type Published = Map<string, string[]>

export async function contentWorld(options: Omit<WorldOptions, 'neighbours'> = {}) {
  const published: Published = new Map()
  const publishing: Partial<Api<Contracts['publishing']>> = {
    publishedChannels: async ({ articleId }) =>
      (published.get(articleId) ?? []).map((name, index) => ({
        channelId: `0190aaaa-0000-7000-8000-00000000c00${index}`,
        name,
      })),
  }
  const site: Partial<Api<Contracts['site']>> = {
    editionAddresses: async ({ editions }) =>
      editions.map(({ language, slug }) => `https://site.example/${language}/${slug}`),
  }
  const documentsUrl = inject('documentsUrl')
  const world = await testService(service, { documentsUrl, ...options, neighbours: { publishing, site } }, 'content')
  return {
    ...world,
    published,
    ewa: world.as({ workspaceId: workspace, role: 'owner', userId: ewa }),
    jan: world.as({ workspaceId: workspace, role: 'owner', userId: jan }),
    other: world.as({ workspaceId: otherWorkspace, role: 'owner', userId: nobody }),
    inner: world.asService(workspace),
  }
}
export type ContentWorld = Awaited<ReturnType<typeof contentWorld>>

export const paragraphs = (...texts: string[]): Body => ({
  type: 'doc',
  content: texts.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
})

/** The code a call is refused with; throws when it is not refused. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await refusalOf(call)).code
}

export async function refusalOf(call: Promise<unknown>): Promise<{ code: string; data: unknown }> {
  try {
    await call
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, data: error.data }
    throw error
  }
  throw new Error('the call was not refused')
}

export const fileOf = (name: string, content: string | Uint8Array, type = 'application/octet-stream'): File =>
  new File([content as BlobPart], name, { type }) // Node's Buffer is a part of a blob

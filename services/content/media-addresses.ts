/** Addresses of files. Public ones carry a key of 128 random bits; a renamed file answers at its old names too. */
import type { MediaVariant } from '@floowe/contracts/content'
import { slugOf } from '@floowe/language'
import type { z } from 'zod'
import { endingOf } from './media-types.ts'
import type { MediaRow, Variant } from './store/media.ts'

export const mediaPrefix = '/media'

const stem = (name: string): string => slugOf(name.replace(/\.[a-z0-9]{1,5}$/i, ''), 'und', 'file')

/** What readers without srcset are shown: the file itself, or a picture made of it. Where nothing came yet: its source. */
export function shownUrl(workspaceId: string, row: MediaRow): string {
  if (row.sha256 === null) return row.source_url ?? ''
  return `${mediaPrefix}/${workspaceId}/${row.id}-${row.key}/${stem(row.name)}.${endingOf(row.shown_type)}`
}

export const variantOf = (workspaceId: string, row: MediaRow, variant: Variant): z.infer<typeof MediaVariant> => ({
  ...variant,
  url: `${mediaPrefix}/${workspaceId}/${row.id}-${row.key}/${stem(row.name)}-${variant.width}.webp`,
})

/** The bytes as they came, with whatever they say about their author: for members only. */
export const originalUrl = (workspaceId: string, row: MediaRow): string =>
  `${mediaPrefix}/${workspaceId}/${row.id}-${row.original_key}/original-${stem(row.name)}.${endingOf(row.type)}`

export const originalKey = (workspaceId: string, sha256: string): string => `${workspaceId}/media/${sha256}/original`
export const shownKey = (workspaceId: string, sha256: string): string => `${workspaceId}/media/${sha256}/shown`
export const variantKey = (workspaceId: string, sha256: string, width: number): string =>
  `${workspaceId}/media/${sha256}/${width}.webp`
/** A picture made of the original so that it fits a channel, under the hash of its own bytes. */
export const fittedKey = (workspaceId: string, sha256: string, fitted: string): string =>
  `${workspaceId}/media/${sha256}/fitted/${fitted}`
/** Which of those fits these rules. @param rules their hash */
export const fitKey = (workspaceId: string, sha256: string, rules: string): string =>
  `${workspaceId}/media/${sha256}/fits/${rules}.json`

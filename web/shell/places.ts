/** The places of a workspace, in the order in which work flows, and who may see them. */
import {
  IconCalendar,
  IconChartLine,
  IconFileImport,
  IconFileText,
  IconPhoto,
  IconRubberStamp,
  IconSend,
  type Icon,
} from '@tabler/icons-react'
import type { Permission } from '@floowe/contracts/vocabulary'
import type { Paths } from '../paths.ts'
import type { WordKey } from '../words/namespaces.ts'

export type Place = {
  word: WordKey<'shell'>
  icon: Icon
  path: (paths: Paths) => string
  needs: Permission
  isInBottomBar: boolean
}

export const approvalsPlace: Place = {
  word: 'nav.approvals',
  icon: IconRubberStamp,
  path: (paths) => paths.approvals(),
  needs: 'publishing:read',
  isInBottomBar: false,
}

export const places: readonly Place[] = [
  {
    word: 'nav.content',
    icon: IconFileText,
    path: (paths) => paths.content(),
    needs: 'content:read',
    isInBottomBar: true,
  },
  {
    word: 'nav.calendar',
    icon: IconCalendar,
    path: (paths) => paths.calendar(),
    needs: 'publishing:read',
    isInBottomBar: true,
  },
  {
    word: 'nav.deliveries',
    icon: IconSend,
    path: (paths) => paths.deliveries(),
    needs: 'publishing:read',
    isInBottomBar: true,
  },
  approvalsPlace,
  {
    word: 'nav.analytics',
    icon: IconChartLine,
    path: (paths) => paths.analytics(),
    needs: 'analytics:read',
    isInBottomBar: true,
  },
  { word: 'nav.media', icon: IconPhoto, path: (paths) => paths.media(), needs: 'content:read', isInBottomBar: false },
  {
    word: 'nav.imports',
    icon: IconFileImport,
    path: (paths) => paths.imports(),
    needs: 'content:import',
    isInBottomBar: false,
  },
]

export type SettingsPlace = { word: WordKey<'shell'>; path: (paths: Paths) => string; needs: Permission | null }

export const settingsPlaces: readonly SettingsPlace[] = [
  { word: 'settings.workspace', path: (paths) => paths.settings(), needs: 'content:read' },
  { word: 'settings.site', path: (paths) => paths.site(), needs: 'content:read' },
  { word: 'settings.approvals', path: (paths) => paths.approvalSettings(), needs: 'publishing:read' },
  { word: 'settings.checklist', path: (paths) => paths.checklistSettings(), needs: 'content:read' },
  { word: 'nav.channels', path: (paths) => paths.channels(), needs: 'publishing:read' },
  { word: 'settings.members', path: (paths) => paths.members(), needs: 'members:read' },
  { word: 'settings.keys', path: (paths) => paths.keys(), needs: 'keys:manage' },
  { word: 'settings.audit', path: (paths) => paths.audit(), needs: 'audit:read' },
  { word: 'settings.account', path: (paths) => paths.account(), needs: null },
]

/** Is this place, or a page below it, the one shown? The editor lies below content, article pages too. */
export function isHere(pathname: string, href: string, contentHref: string): boolean {
  const below = pathname === href || pathname.startsWith(`${href}/`)
  return below || (href === contentHref && /^\/w\/[^/]+\/articles\//.test(pathname))
}

/** Every page of the app and its address. Pages are loaded when they are first opened, their words with them. */
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { client, enterWorkspace } from './api/client.ts'
import { meOptions } from './api/me.ts'
import { isRefusal } from './api/refusals.ts'
import { lazyPage } from './lazy-page.tsx'
import { entryPaths, pathsOf, safeNext } from './paths.ts'
import { AppError, AppFrame } from './shell/AppFrame.tsx'
import { lastWorkspace, rememberWorkspace } from './shell/last-workspace.ts'
import { NotFound, NotFoundAlone, PageError, PageErrorAlone, PagePending } from './shell/PageStates.tsx'
import type { Namespace } from './words/namespaces.ts'
import { changeLanguage, loadWords } from './words/words.ts'

type Context = { queries: QueryClient }

/** A page that is fetched when needed, together with the namespaces of words that it uses. */
const page = (name: string, load: () => Promise<unknown>, ...words: Namespace[]) => ({
  component: lazyPage(async () => {
    const [module] = await Promise.all([load(), words.length > 0 ? loadWords(...words) : undefined])
    const Page = (module as Record<string, ComponentType>)[name] // a page's file exports the component named here
    if (!Page) throw new Error(`no ${name} in its file`)
    return Page
  }),
})

const root = createRootRouteWithContext<Context>()({
  component: AppFrame,
  notFoundComponent: NotFoundAlone,
  errorComponent: AppError,
})

async function signedIn(queries: QueryClient, href: string) {
  try {
    return await queries.ensureQueryData(meOptions())
  } catch (error) {
    queries.removeQueries({ queryKey: meOptions().queryKey })
    if (isRefusal(error, 'not-signed-in')) throw redirect({ href: entryPaths.signIn(href === '/' ? undefined : href) })
    throw error
  }
}

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    // not kept: what is known of the person belongs to the workspace that is open
    const me = await client.identity.me(undefined, { context: { isOutside: true } }).catch((error: unknown) => {
      throw isRefusal(error, 'not-signed-in') ? redirect({ href: entryPaths.signIn() }) : error
    })
    const slug = me.workspaces.find((workspace) => workspace.slug === lastWorkspace())?.slug ?? me.workspaces[0]?.slug
    throw redirect({ href: slug ? pathsOf(slug).home() : entryPaths.newWorkspace() })
  },
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>) => ({ next: safeNext(search.next) ?? undefined }),
  beforeLoad: async () => {
    enterWorkspace(null)
    const setup = await client.identity.getSetup()
    if (setup.needed) throw redirect({ href: entryPaths.setup() })
  },
  ...page('SignInPage', () => import('./features/entry/SignInPage.tsx'), 'entry'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  ...page('SetupPage', () => import('./features/entry/SetupPage.tsx'), 'entry'),
})
const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  ...page('ForgotPage', () => import('./features/entry/ForgotPage.tsx'), 'entry'),
})
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset/$token',
  ...page('ResetPage', () => import('./features/entry/ResetPage.tsx'), 'entry'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation/$token',
  ...page('InvitationPage', () => import('./features/entry/InvitationPage.tsx'), 'entry', 'members'),
})
/** For people without an account: what a link that was mailed to them is about. */
const approvalLink = createRoute({
  getParentRoute: () => root,
  path: '/approval/$token',
  ...page('ClientPage', () => import('./features/approvals/ClientPage.tsx'), 'approvals', 'difference'),
})
/** For people without an account: a calendar to read. */
const sharedCalendar = createRoute({
  getParentRoute: () => root,
  path: '/calendar/shared/$token',
  ...page('SharedPage', () => import('./features/calendar/shared/SharedPage.tsx'), 'calendar', 'statuses'),
})
const newWorkspace = createRoute({
  getParentRoute: () => root,
  path: '/new-workspace',
  beforeLoad: ({ context, location }) => signedIn(context.queries, location.href).then(() => {}),
  ...page('NewWorkspacePage', () => import('./features/entry/NewWorkspacePage.tsx'), 'entry'),
})

/** Where networks send people back to: one address for all workspaces, as networks want it written down. */
const connect = createRoute({
  getParentRoute: () => root,
  path: '/connect',
  beforeLoad: ({ location }) => {
    const slug = lastWorkspace()
    throw redirect({ href: slug ? `${pathsOf(slug).channels()}/connect${location.searchStr}` : entryPaths.home() })
  },
})

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$workspace',
  beforeLoad: async ({ context, params, location, preload }) => {
    if (!preload && enterWorkspace(params.workspace)) context.queries.clear()
    const me = await signedIn(context.queries, location.href)
    if (me.workspace?.slug !== params.workspace) {
      // an answer from before this workspace was entered, or a workspace one is not in
      context.queries.removeQueries({ queryKey: meOptions().queryKey })
      const fresh = await signedIn(context.queries, location.href)
      if (fresh.workspace?.slug !== params.workspace) throw redirect({ href: entryPaths.home() })
    }
    rememberWorkspace(params.workspace)
    await changeLanguage(me.person.locale)
  },
  ...page('Shell', () => import('./shell/Shell.tsx'), 'shell', 'statuses'),
  errorComponent: PageErrorAlone,
  pendingComponent: PagePending,
  notFoundComponent: NotFound,
})

const workspaceHome = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ href: pathsOf(params.workspace).home(), replace: true })
  },
})

const inside = <Path extends string>(path: Path, name: string, load: () => Promise<unknown>, ...words: Namespace[]) =>
  createRoute({
    getParentRoute: () => workspace,
    path,
    ...page(name, load, ...words),
    errorComponent: PageError,
    pendingComponent: PagePending,
    notFoundComponent: NotFound,
  })

const calendar = createRoute({
  getParentRoute: () => workspace,
  path: 'calendar',
  // nobody waits for it, and pages that are no calendar do without its code
  loader: ({ context, location }) =>
    void import('./features/calendar/ahead.ts').then(({ askAhead }) => askAhead(context.queries, location.searchStr)),
  // the search is the page's own state: only coming here asks ahead
  shouldReload: false,
  ...page(
    'CalendarPage',
    () => import('./features/calendar/CalendarPage.tsx'),
    'calendar',
    'planning',
    'statuses',
    'approving',
  ),
  errorComponent: PageError,
  pendingComponent: PagePending,
  notFoundComponent: NotFound,
})

const pages = [
  inside('content', 'ContentListPage', () => import('./features/content/ContentListPage.tsx'), 'content', 'statuses'),
  inside(
    'content/$articleId/$language',
    'EditorPage',
    () => import('./features/editor/EditorPage.tsx'),
    'editor',
    'statuses',
    'approving',
    'checklists',
  ),
  inside(
    'content/$articleId/$language/channels',
    'VariantsPage',
    () => import('./features/variants/VariantsPage.tsx'),
    'variants',
    'planning',
  ),
  inside(
    'articles/$articleId',
    'ArticlePage',
    () => import('./features/content/ArticlePage.tsx'),
    'article',
    'statuses',
  ),
  calendar,
  inside(
    'deliveries',
    'DeliveriesPage',
    () => import('./features/publishing/DeliveriesPage.tsx'),
    'deliveries',
    'statuses',
  ),
  inside(
    'deliveries/$id',
    'DeliveryPage',
    () => import('./features/publishing/DeliveryPage.tsx'),
    'deliveries',
    'newsletters',
    'statuses',
    'approving',
  ),
  inside(
    'approvals',
    'ApprovalsPage',
    () => import('./features/approvals/ApprovalsPage.tsx'),
    'approvals',
    'approving',
    'statuses',
  ),
  inside(
    'approvals/$id',
    'ApprovalPage',
    () => import('./features/approvals/ApprovalPage.tsx'),
    'approvals',
    'approving',
    'statuses',
    'difference',
  ),
  inside('channels', 'ChannelsPage', () => import('./features/publishing/ChannelsPage.tsx'), 'channels', 'statuses'),
  inside(
    'channels/$id/readers',
    'NewsletterPage',
    () => import('./features/publishing/NewsletterPage.tsx'),
    'newsletters',
  ),
  inside('channels/connect', 'ConnectPage', () => import('./features/publishing/ConnectPage.tsx'), 'channels'),
  inside('media', 'MediaPage', () => import('./features/media/MediaPage.tsx'), 'media'),
  inside('imports', 'ImportsPage', () => import('./features/imports/ImportsPage.tsx'), 'imports'),
  inside('imports/$id', 'ImportPage', () => import('./features/imports/ImportPage.tsx'), 'imports'),
  inside('analytics', 'AnalyticsPage', () => import('./features/analytics/AnalyticsPage.tsx'), 'analytics'),
  inside('settings', 'WorkspacePage', () => import('./features/admin/WorkspacePage.tsx'), 'workspace'),
  inside(
    'settings/approvals',
    'ApprovalSettingsPage',
    () => import('./features/approvals/ApprovalSettingsPage.tsx'),
    'approvals',
    'approving',
  ),
  inside('settings/checklist', 'ChecklistPage', () => import('./features/checklists/ChecklistPage.tsx'), 'checklists'),
  inside('site', 'SitePage', () => import('./features/site/SitePage.tsx'), 'site'),
  inside('members', 'MembersPage', () => import('./features/admin/MembersPage.tsx'), 'members'),
  inside('keys', 'KeysPage', () => import('./features/admin/KeysPage.tsx'), 'keys'),
  inside('audit', 'AuditPage', () => import('./features/admin/AuditPage.tsx'), 'audit'),
  inside('design', 'DesignPage', () => import('./features/design/DesignPage.tsx'), 'design', 'statuses'),
  inside('account', 'AccountPage', () => import('./features/account/AccountPage.tsx'), 'account', 'notifications'),
  inside(
    'notifications',
    'NotificationsPage',
    () => import('./features/notifications/NotificationsPage.tsx'),
    'notifications',
  ),
]

const routeTree = root.addChildren([
  home,
  signIn,
  setup,
  forgot,
  reset,
  invitation,
  approvalLink,
  sharedCalendar,
  newWorkspace,
  connect,
  workspace.addChildren([workspaceHome, ...pages]),
])

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: false,
    defaultPendingMs: 150,
    defaultPendingMinMs: 200,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
  })
}

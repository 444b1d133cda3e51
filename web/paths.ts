/** Every address inside the app, built in one place. `routes.tsx` answers exactly these. */

const at = (...parts: string[]) => `/${parts.map(encodeURIComponent).join('/')}`

/** Leaves out what is empty, so that a list without filters has a clean address. */
export function withSearch(path: string, search: Record<string, string | number | boolean | null | undefined>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (value !== null && value !== undefined && value !== '' && value !== false) params.set(name, String(value))
  }
  const query = params.toString()
  return query ? `${path}?${query}` : path
}

export const entryPaths = {
  home: () => '/',
  signIn: (next?: string) => withSearch('/sign-in', { next }),
  setup: () => '/setup',
  forgot: () => '/forgot',
  reset: (token: string) => at('reset', token),
  invitation: (token: string) => at('invitation', token),
  /** Making another workspace, signed in but outside of any. */
  newWorkspace: () => '/new-workspace',
}

/** The addresses of one workspace. In components: `const paths = usePaths()`. */
export const pathsOf = (workspace: string) => {
  const inside = (...parts: string[]) => at('w', workspace, ...parts)
  return {
    home: () => inside('content'),
    content: () => inside('content'),
    /** The editor of one edition. */
    editor: (articleId: string, language: string) => inside('content', articleId, language),
    /** One edition on all channels, beside each other. */
    variants: (articleId: string, language: string) => inside('content', articleId, language, 'channels'),
    /** What an article is and what it brought. */
    article: (articleId: string) => inside('articles', articleId),
    calendar: () => inside('calendar'),
    deliveries: () => inside('deliveries'),
    delivery: (id: string) => inside('deliveries', id),
    approvals: () => inside('approvals'),
    approval: (id: string) => inside('approvals', id),
    channels: () => inside('channels'),
    newsletter: (id: string) => inside('channels', id, 'readers'),
    media: () => inside('media'),
    imports: () => inside('imports'),
    import: (id: string) => inside('imports', id),
    analytics: () => inside('analytics'),
    settings: () => inside('settings'),
    /** Who has to agree before something goes out. */
    approvalSettings: () => inside('settings', 'approvals'),
    /** What a text has to have before it goes out. */
    checklistSettings: () => inside('settings', 'checklist'),
    site: () => inside('site'),
    members: () => inside('members'),
    keys: () => inside('keys'),
    audit: () => inside('audit'),
    /** How Floowe looks. */
    design: () => inside('design'),
    account: () => inside('account'),
    notifications: () => inside('notifications'),
    /** The choices of the account page. */
    notificationSettings: () => `${inside('account')}#notifications`,
  }
}
export type Paths = ReturnType<typeof pathsOf>

/** Which workspace an address lies in, or null. */
export function workspaceIn(pathname: string): string | null {
  const found = /^\/w\/([^/]+)/.exec(pathname)
  if (!found?.[1]) return null
  try {
    return decodeURIComponent(found[1])
  } catch {
    return null // a broken escape names no workspace
  }
}

/** Only addresses of this app are followed after signing in. */
export const safeNext = (next: unknown): string | null =>
  typeof next === 'string' && /^\/(?![/\\])/.test(next) && !/\s/.test(next) ? next : null

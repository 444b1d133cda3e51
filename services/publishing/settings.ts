/** Environment → typed settings of publishing, with standards and limits. */
import type { EnvReader } from '@floowe/platform'

/** Where the vendors' APIs are, without a slash at the end. */
export type Addresses = Readonly<
  Record<
    | 'telegram'
    | 'discord'
    | 'slack'
    | 'devto'
    | 'x'
    | 'xSignIn'
    | 'linkedin'
    | 'linkedinSignIn'
    | 'facebook'
    | 'facebookSignIn',
    string
  >
>
/** A client that the operator registered with a vendor. */
export type Client = { id: string; secret: string }
export type Clients = Readonly<Record<'x' | 'linkedin' | 'facebook', Client | null>>

export type Settings = {
  /** After a restore: what was open and due at this start waits for a person. */
  holdAtStart: boolean
  attemptsMax: number
  retryHoursMax: number
  /** Before the second attempt; each further pause is three times as long. */
  retryPauseMs: number
  /** Of one request, everything together. */
  timeoutMs: number
  /** Requests under way at once, in this process. */
  sendingMax: number
  /** How long a process keeps a delivery it sends without a sign of life. */
  leaseMs: number
  /** Whether accounts are held to what their networks name. */
  budgets: boolean
  /** Planned deliveries of one workspace. */
  plansMax: number
  channelsMax: number
  /** Of one newsletter. */
  subscribersMax: number
  /** For each answer of a mail server. */
  mailTimeoutMs: number
  /** Before a letter that was not taken is tried again; each further pause is three times as long. */
  letterPauseMs: number
  /** Connections to the mail server of one newsletter at once. */
  mailLinesMax: number
  /** So long it is known who got an issue. */
  recipientsDays: number
  /** Where bounces of newsletters come to; null: they are not heard. */
  bounces: { host: string; port: number; domain: string } | null
  addresses: Addresses
  clients: Clients
  /** Versions that vendors want named in each request. */
  versions: { linkedin: string; facebook: string }
  /** Whether LinkedIn is asked for rights on pages of organisations, which it grants approved clients only. */
  linkedinPages: boolean
}

export const settings = (env: EnvReader): Settings => ({
  holdAtStart:
    env.choice('FLOOWE_PUBLISHING_HOLD', {
      summary:
        'on: at start, deliveries that are due or under way go on hold until a person releases them; set it for the first start after a restore',
      standard: 'off',
      choices: ['on', 'off'],
    }) === 'on',
  attemptsMax: env.whole('FLOOWE_PUBLISHING_ATTEMPTS_MAX', {
    summary: 'attempts before a delivery has failed',
    standard: 12,
    min: 1,
    max: 50,
  }),
  retryHoursMax: env.whole('FLOOWE_PUBLISHING_RETRY_HOURS_MAX', {
    summary: 'hours after the first attempt before a delivery has failed',
    standard: 24,
    min: 1,
    max: 168,
  }),
  retryPauseMs: env.whole('FLOOWE_PUBLISHING_RETRY_PAUSE_MS', {
    summary: 'pause before the second attempt; each further one is three times as long',
    standard: 5_000,
    min: 1,
    max: 600_000,
  }),
  timeoutMs: env.whole('FLOOWE_PUBLISHING_TIMEOUT_MS', {
    summary: 'time one request to a channel may take',
    standard: 15_000,
    min: 100,
    max: 60_000,
  }),
  sendingMax: env.whole('FLOOWE_PUBLISHING_SENDING_MAX', {
    summary: 'deliveries sent at the same time',
    standard: 32,
    min: 1,
    max: 256,
  }),
  leaseMs: env.whole('FLOOWE_PUBLISHING_LEASE_MS', {
    summary: 'time after which another process takes over what a dead one was sending',
    standard: 20_000,
    min: 500,
    max: 600_000,
  }),
  budgets:
    env.choice('FLOOWE_PUBLISHING_BUDGETS', {
      summary:
        'on: an account posts no more often than its network names, and what is too much waits; off: only refusals of the network slow us down',
      standard: 'on',
      choices: ['on', 'off'],
    }) === 'on',
  plansMax: env.whole('FLOOWE_PUBLISHING_PLANS_MAX', {
    summary: 'planned deliveries of one workspace',
    standard: 50_000,
    min: 1,
    max: 1_000_000,
  }),
  channelsMax: env.whole('FLOOWE_PUBLISHING_CHANNELS_MAX', {
    summary: 'channels of one workspace',
    standard: 100,
    min: 1,
    max: 10_000,
  }),
  ...newsletters(env),
  ...vendors(env),
})

const newsletters = (
  env: EnvReader,
): Pick<
  Settings,
  'subscribersMax' | 'mailTimeoutMs' | 'letterPauseMs' | 'mailLinesMax' | 'recipientsDays' | 'bounces'
> => ({
  subscribersMax: env.whole('FLOOWE_PUBLISHING_SUBSCRIBERS_MAX', {
    summary: 'subscribers of one newsletter',
    standard: 100_000,
    min: 1,
    max: 1_000_000,
  }),
  mailTimeoutMs: env.whole('FLOOWE_PUBLISHING_MAIL_TIMEOUT_MS', {
    summary: 'time a mail server may take for one answer; after a letter it may be long',
    standard: 60_000,
    min: 100,
    max: 600_000,
  }),
  letterPauseMs: env.whole('FLOOWE_PUBLISHING_LETTER_PAUSE_MS', {
    summary:
      'pause before a letter of a newsletter that was not taken is tried again; each further one is three times as long',
    standard: 60_000,
    min: 1,
    max: 3_600_000,
  }),
  mailLinesMax: env.whole('FLOOWE_PUBLISHING_MAIL_LINES_MAX', {
    summary: 'connections to the mail server of one newsletter at the same time',
    standard: 4,
    min: 1,
    max: 50,
  }),
  recipientsDays: env.whole('FLOOWE_PUBLISHING_RECIPIENTS_DAYS', {
    summary: 'days for which it is known who got an issue of a newsletter; afterwards only how many',
    standard: 400,
    min: 1,
    max: 3_650,
  }),
  bounces: bounces(env),
})

/** Both, or none. */
function bounces(env: EnvReader): Settings['bounces'] {
  const domain = env.optional('FLOOWE_PUBLISHING_BOUNCE_DOMAIN', {
    summary: 'domain to which letters of newsletters come back; its MX record leads to the port below',
    pattern: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
  })
  const port = env.whole('FLOOWE_PUBLISHING_BOUNCE_PORT', {
    summary: 'port that takes such letters by SMTP; 0: none',
    standard: 0,
    min: 0,
    max: 65_535,
  })
  const host = env.text('FLOOWE_PUBLISHING_BOUNCE_HOST', {
    summary: 'address on which that port listens',
    standard: '127.0.0.1',
    pattern: /^[0-9a-zA-Z.:-]+$/,
  })
  if ((domain === null) !== (port === 0))
    env.mistake('FLOOWE_PUBLISHING_BOUNCE_DOMAIN and FLOOWE_PUBLISHING_BOUNCE_PORT are given together')
  return domain === null || port === 0 ? null : { host, port, domain }
}

/** What an operator says of the vendors; nothing of it is a workspace's. */
const vendors = (env: EnvReader): Pick<Settings, 'addresses' | 'clients' | 'versions' | 'linkedinPages'> => ({
  addresses: {
    telegram: address(env, 'TELEGRAM', 'Telegram', 'https://api.telegram.org'),
    discord: address(env, 'DISCORD', 'Discord', 'https://discord.com'),
    slack: address(env, 'SLACK', 'Slack', 'https://hooks.slack.com'),
    devto: address(env, 'DEVTO', 'Dev.to', 'https://dev.to/api'),
    x: address(env, 'X', 'X', 'https://api.x.com'),
    xSignIn: address(env, 'X_SIGN_IN', 'X’s page for people', 'https://x.com/i/oauth2/authorize'),
    linkedin: address(env, 'LINKEDIN', 'LinkedIn', 'https://api.linkedin.com'),
    linkedinSignIn: address(env, 'LINKEDIN_SIGN_IN', 'LinkedIn’s sign-in', 'https://www.linkedin.com/oauth/v2'),
    facebook: address(env, 'FACEBOOK', 'Facebook', 'https://graph.facebook.com'),
    facebookSignIn: address(env, 'FACEBOOK_SIGN_IN', 'Facebook’s page for people', 'https://www.facebook.com'),
  },
  clients: {
    x: client(env, 'X', 'X'),
    linkedin: client(env, 'LINKEDIN', 'LinkedIn'),
    facebook: client(env, 'FACEBOOK', 'Facebook'),
  },
  linkedinPages:
    env.choice('FLOOWE_PUBLISHING_LINKEDIN_PAGES', {
      summary: 'on: people may also connect pages of organisations; LinkedIn must have approved your client for them',
      standard: 'off',
      choices: ['on', 'off'],
    }) === 'on',
  versions: {
    linkedin: env.text('FLOOWE_PUBLISHING_LINKEDIN_VERSION', {
      summary: 'version of LinkedIn’s API (year and month); each is served for twelve months',
      standard: '202609',
      pattern: /^20\d\d(0[1-9]|1[0-2])$/,
    }),
    facebook: env.text('FLOOWE_PUBLISHING_FACEBOOK_VERSION', {
      summary: 'version of Facebook’s Graph API',
      standard: 'v26.0',
      pattern: /^v\d{1,3}\.\d$/,
    }),
  },
})

/** Both, or none. */
function client(env: EnvReader, name: string, title: string): Client | null {
  const id = env.optional(`FLOOWE_PUBLISHING_${name}_CLIENT_ID`, {
    summary: `the client that you registered with ${title}; without one nobody can connect an account there`,
  })
  const secret = env.optional(`FLOOWE_PUBLISHING_${name}_CLIENT_SECRET`, { summary: 'its secret', secret: true })
  if ((id === null) !== (secret === null))
    env.mistake(`FLOOWE_PUBLISHING_${name}_CLIENT_ID and FLOOWE_PUBLISHING_${name}_CLIENT_SECRET are given together`)
  return id === null || secret === null ? null : { id, secret }
}

const address = (env: EnvReader, name: string, title: string, standard: string): string =>
  env
    .text(`FLOOWE_PUBLISHING_${name}_URL`, {
      summary: `where the API of ${title} is; another one for tests or behind a relay of your own`,
      standard,
      pattern: /^https?:\/\/[^\s?#]+$/,
    })
    .replace(/\/+$/, '')

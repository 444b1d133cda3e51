/** What the installation as a whole is told. Each service declares its own settings beside its code. */
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { EnvReader } from '@floowe/platform'
import { secretMistake } from './secret/ring.ts'

/** What every process of an installation is told, in either shape. */
export type CommonSettings = {
  port: number
  host: string
  publicUrl: string
  databaseUrl: string | null
  smtpUrl: string | null
  mailFrom: string
  outboundAllow: string[]
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  logFormat: 'terse' | 'ecs'
  otlpUrl: string | null
}

export type LaunchSettings = CommonSettings & {
  isLoopback: boolean
  dataFolder: string
  /** Null: made once and kept in the data folder. */
  secret: string | null
  demo: 'on' | 'off' | 'public'
}

const loopbacks = new Set(['127.0.0.1', '::1', 'localhost'])

/** @param root folder of the checkout; relative paths start there. */
export function launchSettings(env: EnvReader, root: string): LaunchSettings {
  const common = commonSettings(env)
  const isLoopback = loopbacks.has(common.host)
  const demo = demoMode(env, common.host, isLoopback)
  const secret = env.optional('FLOOWE_SECRET', {
    summary:
      'The secret that seals stored secrets (at least 32 characters); while it is changed, `new,old`. Standard: made once, kept in FLOOWE_DATA/secret',
    secret: true,
  })
  const mistake = secret === null ? null : secretMistake('FLOOWE_SECRET', secret)
  if (mistake) env.mistake(mistake)
  return {
    ...common,
    isLoopback,
    demo,
    secret,
    dataFolder: path.resolve(
      root,
      env.text('FLOOWE_DATA', {
        summary: 'Folder of this installation: database, media, secrets',
        standard: '.floowe',
      }),
    ),
  }
}

export function commonSettings(env: EnvReader): CommonSettings {
  const port = env.whole('FLOOWE_PORT', { summary: 'Port to listen on', standard: 4800, min: 1, max: 65_535 })
  const host = env.text('FLOOWE_HOST', {
    summary: 'Address to listen on',
    standard: '127.0.0.1',
    pattern: /^[0-9a-zA-Z.:-]+$/,
  })
  const given = env.optional('FLOOWE_PUBLIC_URL', {
    summary:
      'Address by which people reach this installation; all links are made from it. Standard: http://FLOOWE_HOST:FLOOWE_PORT',
  })
  return {
    port,
    host,
    publicUrl: publicAddress(env, given, host, port),
    databaseUrl: env.optional('FLOOWE_DATABASE_URL', {
      summary:
        'Your own PostgreSQL (15 or newer) instead of the bundled one: postgres://user:password@host:port/database',
      pattern: /^postgres(ql)?:\/\/.+/,
      secret: true,
    }),
    smtpUrl: env.optional('FLOOWE_SMTP_URL', {
      summary:
        'Mail server: smtp://user:password@host:587 or smtps://…; without it, invitations and resets are links to copy',
      pattern: /^smtps?:\/\/.+/,
      secret: true,
    }),
    mailFrom: env.text('FLOOWE_MAIL_FROM', { summary: 'Sender of mail', standard: 'Floowe <floowe@localhost>' }),
    outboundAllow: env.list('FLOOWE_OUTBOUND_ALLOW', {
      summary: 'Private addresses that webhooks and imports may reach all the same: host:port or CIDR',
    }),
    logLevel: env.choice('FLOOWE_LOG_LEVEL', {
      summary: 'Least important line that is logged',
      standard: 'info',
      choices: ['debug', 'info', 'warn', 'error'],
    }),
    logFormat: env.choice('FLOOWE_LOG_FORMAT', {
      summary: 'Lines for people or for machines (ECS JSON)',
      standard: 'terse',
      choices: ['terse', 'ecs'],
    }),
    otlpUrl: env.optional('FLOOWE_OTLP_URL', {
      summary: 'Collector of traces (OpenTelemetry over HTTP), for example http://127.0.0.1:4318',
      pattern: /^https?:\/\/.+/,
    }),
  }
}

function demoMode(env: EnvReader, host: string, isLoopback: boolean): LaunchSettings['demo'] {
  const demo = env.choice('FLOOWE_DEMO', {
    summary: 'The demo workspace; on other hosts than loopback it must be off, or public on purpose',
    standard: 'on',
    choices: ['on', 'off', 'public'],
  })
  if (!isLoopback && demo === 'on') {
    env.mistake(
      `FLOOWE_HOST=${host} is reachable from other machines: set FLOOWE_DEMO=off, or FLOOWE_DEMO=public if strangers may use the demo`,
    )
  }
  return demo
}

function publicAddress(env: EnvReader, given: string | null, host: string, port: number): string {
  const named = host.includes(':') ? `[${host}]` : host
  try {
    const url = new URL(given ?? `http://${named}:${port}`)
    if (!/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '')
      throw new TypeError('not an origin')
    return url.origin
  } catch {
    env.mistake('FLOOWE_PUBLIC_URL is an address without a path, such as https://floowe.example.com')
    return `http://127.0.0.1:${port}`
  }
}

/** Five and five letters that are easy to read aloud; for passwords that people type from a terminal. */
export const readablePassword = (): string => {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const text = [...randomBytes(20)].map((byte) => letters[byte % letters.length]).join('')
  return `${text.slice(0, 5)}-${text.slice(5, 10)}-${text.slice(10, 15)}-${text.slice(15, 20)}`
}

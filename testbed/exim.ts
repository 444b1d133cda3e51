/** Exim as a mail server of its own: it takes letters for a few mailboxes on this machine, refuses and defers others, and sends bounces. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { firstRunnable, installPackages, onPath, type Program } from './programs.ts'
import { freePort, isListening, privateFolder, type Server, startServer } from './server.ts'

export const program: Program = {
  name: 'exim',
  find: () => onPath('exim4') ?? firstRunnable(['/usr/sbin/exim4', '/usr/sbin/exim']),
  install: () => installPackages('exim4-daemon-light'),
  variable: null,
}

export type EximOptions = {
  /** Letters to this domain are handed on to a port of this machine. */
  bounces?: { domain: string; port: number }
}
export type Exim = Server & {
  /** With the password of its only account, which may send to `mailboxes.example`. */
  url: string
  port: number
  /** Of every letter in a mailbox, whole as it lies there. */
  mailbox: () => string[]
}

export const mailDomain = 'mailboxes.example'
const account = { user: 'listy', password: 'wisla-2026' }

/** About 0.3 s. Anybody at `mailboxes.example` has a mailbox but `nobody` (550), `grey` (451), `vanished` (bounces later). */
export async function startExim({ bounces }: EximOptions = {}): Promise<Exim> {
  const found = program.find()
  if (found === null) throw new Error('exim is not here: npm run testbed -- install exim')
  const folder = privateFolder('exim')
  const port = await freePort()
  const mail = path.join(folder, 'mail')
  for (const name of ['spool', 'mail', 'log']) mkdirSync(path.join(folder, name))
  const config = path.join(folder, 'exim.conf')
  const isRoot = process.getuid?.() === 0
  // It never works as root, and gives up what it may when it is told of a configuration of one's own.
  const user = isRoot ? 'Debian-exim' : userInfo().username
  writeFileSync(config, configuration({ folder, port, user, bounces }))
  chmodSync(folder, 0o755)
  chmodSync(config, 0o644)
  if (isRoot) execFileSync('chown', ['-R', user, path.join(folder, 'spool'), mail, path.join(folder, 'log')])
  const server = await startServer({
    name: 'exim',
    program: found,
    args: ['-bdf', '-q1s', '-C', config],
    folder,
    isUp: () => isListening(port),
    upWithinMs: 10_000,
  })
  return {
    ...server,
    port,
    url: `smtp://${account.user}:${account.password}@127.0.0.1:${port}`,
    mailbox: () => {
      const arrived = path.join(mail, 'new')
      try {
        return readdirSync(arrived)
          .sort()
          .map((name) => readFileSync(path.join(arrived, name), 'utf8'))
      } catch {
        // The first letter makes the folder.
        return []
      }
    },
  }
}

type Place = { folder: string; port: number; user: string; bounces: EximOptions['bounces'] }

const configuration = ({ folder, port, user, bounces }: Place): string => `
exim_user = ${user}
exim_group = ${user}
primary_hostname = mx.${mailDomain}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path =
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
domainlist local_domains = ${mailDomain}
host_lookup =
rfc1413_query_timeout = 0s
disable_ipv6 = true
tls_advertise_hosts =
keep_environment =
message_size_limit = 5M
acl_smtp_rcpt = acl_rcpt

begin acl
acl_rcpt:
  deny !authenticated = *
       message = 5.7.1 Sign in first
  deny local_parts = nobody
       message = 5.1.1 No such user here
  defer local_parts = grey
       message = 4.7.1 Greylisted, try again later
  accept domains = +local_domains
  deny message = 5.7.1 Relay not permitted

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${account.user}}}{eq{$auth3}{${account.password}}}}}
  server_set_id = $auth2

begin routers
${bounces ? `back:\n  driver = manualroute\n  domains = ${bounces.domain}\n  transport = onward\n  route_data = 127.0.0.1\n  self = send` : ''}
vanished:
  driver = redirect
  domains = +local_domains
  local_parts = vanished
  data = :fail: 550 5.1.1 This mailbox was closed
  allow_fail
here:
  driver = accept
  domains = +local_domains
  transport = maildir

begin transports
onward:
  driver = smtp
  port = ${bounces?.port ?? 25}
  allow_localhost
maildir:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  user = ${user}
  envelope_to_add
  return_path_add

begin retry
* * F,1h,1s
`

/** nginx: the peer that the gateway's benchmark is held against. Nothing of Floowe needs it. */
import { firstRunnable, installPackages, onPath, type Program } from './programs.ts'

export const program: Program = {
  name: 'nginx',
  find: () => onPath('nginx') ?? firstRunnable(['/usr/sbin/nginx']),
  install: () => installPackages('nginx'),
  variable: null,
}

import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { isInside } from '../path.ts'
import { type Masks, mask } from './mask.ts'

/** Programs, libraries and settings of the system; `/opt` has tools on hosted runners. */
const folders = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  ...['/etc', '/opt', '/nix'],
]

/** Of the system's settings what only root reads, who may be the agent in a container, and what may hold credentials. */
const secrets = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/krb5.keytab'],
  ...['/etc/sudoers', '/etc/sudoers.d', '/etc/ssh', '/etc/ssl/private', '/etc/letsencrypt'],
  ...['/etc/docker', '/etc/kubernetes', '/etc/rancher', '/etc/NetworkManager', '/etc/wireguard'],
  ...['/etc/openvpn', '/etc/gitconfig', '/etc/environment', '/etc/npmrc', '/etc/netrc'],
  ...['/etc/apt/auth.conf', '/etc/apt/auth.conf.d', '/etc/pip.conf', '/etc/cloud', '/usr/etc'],
  ...['/usr/local/etc'],
]

/** Arguments for bubblewrap that show the system read-only: no sockets, no devices, no other process. */
export async function showSystem(masks: Masks): Promise<readonly string[]> {
  const shown = await Promise.all(folders.map(show))
  return [
    ...shown.flat(),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...(await protectKernel()),
    ...['--dir', '/run', '--dir', '/var', '--symlink', '/run', '/var/run'],
    ...(await showNames()),
    ...(await mask(secrets, masks)),
  ]
}

/** What belongs to root there, a root without any capability may still write: settings of the kernel, for instance. */
async function protectKernel(): Promise<readonly string[]> {
  const entries = await readdir('/proc', { withFileTypes: true })
  const paths = entries
    .filter((entry) => !entry.isSymbolicLink() && !/^\d+$/.test(entry.name))
    .map(({ name }) => `/proc/${name}`)
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)))
  const writable = paths.filter(
    (_, at) => found[at]?.isDirectory() || (found[at]?.mode ?? 0) & 0o222,
  )
  return writable.flatMap((path) => ['--ro-bind', path, path])
}

/** Whether what lies there is shown as part of the system. */
export function isSystem(path: string): boolean {
  return folders.some((outer) => isInside({ inner: path, outer }))
}

async function show(path: string): Promise<readonly string[]> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSymbolicLink()) return ['--symlink', await readlink(path), path]
  return found?.isDirectory() ? ['--ro-bind', path, path] : []
}

/** The file that `/etc/resolv.conf` leads to may lie where nothing else is shown. */
async function showNames(): Promise<readonly string[]> {
  const real = await realpath('/etc/resolv.conf').catch(() => undefined)
  return real === undefined || isSystem(real) ? [] : ['--ro-bind', real, real]
}

import { lstatSync, mkdirSync, readdirSync, readlinkSync, type Stats, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isInside, realPathOf } from '../path.ts'

/** Programs, libraries and settings of the system; `/opt` has tools on hosted runners. */
const folders = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  ...['/etc', '/opt', '/nix'],
]

/** Settings that only root reads, which the agent may be in a container, and those that may hold credentials. */
const secrets = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/krb5.keytab'],
  ...['/etc/sudoers', '/etc/sudoers.d', '/etc/ssh', '/etc/ssl/private', '/etc/letsencrypt'],
  ...['/etc/docker', '/etc/kubernetes', '/etc/rancher', '/etc/NetworkManager', '/etc/wireguard'],
  ...['/etc/openvpn', '/etc/gitconfig', '/etc/environment', '/etc/npmrc', '/etc/netrc'],
  ...['/etc/apt/auth.conf', '/etc/apt/auth.conf.d', '/etc/pip.conf', '/etc/cloud', '/usr/etc'],
  ...['/usr/local/etc'],
]

/** Makes arguments for bubblewrap that let files and folders look empty; links, and what does not exist, stay as they are. */
export type Mask = (paths: readonly string[]) => readonly string[]

/** A mask; it keeps an empty file and an empty folder in `place`. */
export function createMask(place: string): Mask {
  const [file, folder] = [join(place, 'empty-file'), join(place, 'empty-folder')]
  writeFileSync(file, '', { mode: 0o444 })
  mkdirSync(folder, { mode: 0o555 })
  return (paths) =>
    paths.flatMap((path) => {
      const stats = statsOf(path)
      if (stats?.isDirectory()) return ['--ro-bind', folder, path]
      return stats?.isFile() ? ['--ro-bind', file, path] : []
    })
}

/** Arguments for bubblewrap that show the system read-only: no sockets, no devices, no other process. */
export function showSystem(mask: Mask): readonly string[] {
  return [
    ...folders.flatMap(showFolder),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...protectKernel(),
    ...['--dir', '/run', '--dir', '/var', '--symlink', '/run', '/var/run'],
    ...showNames(),
    ...mask(secrets),
  ]
}

/** Whether a path is shown as part of the system. */
export function isSystem(path: string): boolean {
  return folders.some((outer) => isInside({ inner: path, outer }))
}

function showFolder(path: string): readonly string[] {
  const stats = statsOf(path)
  if (stats?.isSymbolicLink()) return ['--symlink', readlinkSync(path), path]
  return stats?.isDirectory() ? ['--ro-bind', path, path] : []
}

/** A root without capabilities may still write what belongs to root: settings of the kernel, for instance. */
function protectKernel(): readonly string[] {
  const paths = readdirSync('/proc')
    .filter((name) => !/^\d+$/.test(name))
    .map((name) => `/proc/${name}`)
  const writable = paths.filter((path) => {
    const stats = statsOf(path)
    if (stats === undefined || stats.isSymbolicLink()) return false
    return stats.isDirectory() || (stats.mode & 0o222) !== 0
  })
  return writable.flatMap((path) => ['--ro-bind', path, path])
}

/** The file that `/etc/resolv.conf` leads to may lie where nothing else is shown. */
function showNames(): readonly string[] {
  const real = realPathOf('/etc/resolv.conf')
  return real === undefined || isSystem(real) ? [] : ['--ro-bind', real, real]
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

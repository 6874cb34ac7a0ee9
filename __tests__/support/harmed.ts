import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A binary that runs the real opencode under bad conditions; `undefined` where this user can't make them. */
export type Harmed = Disposable & { readonly path: string | undefined }

/** Shell lines that lead up to `exec` of the real server, as the path of a binary. */
function wrap(lines: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'opencode-driver-harmed-')), 'opencode')
  const real = `exec '${process.env.TEST_OPENCODE_PATH}' "$@"`
  writeFileSync(path, `#!/bin/sh\n[ "$1" = serve ] || ${real}\n${lines.replace('REAL', real)}\n`)
  chmodSync(path, 0o755)
  return path
}

/** A file system of a size on a folder, where this user may mount one (mount(8)). */
export function mountSmall(
  directory: string,
  size: string,
): Disposable & { readonly mounted: boolean } {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory])
  return {
    mounted: status === 0,
    [Symbol.dispose]: () => void spawnSync('umount', ['-l', directory]),
  }
}

/** Fills a file system to its last byte, in a file that stays. */
export function fillDisk(directory: string): void {
  const file = openSync(join(directory, 'filler'), 'a')
  for (const length of [1 << 20, 1 << 12, 1])
    try {
      for (const piece = Buffer.alloc(length, 'x'); ; ) writeSync(file, piece)
    } catch {
      // It is full for pieces of this length.
    }
  closeSync(file)
}

/** A server whose data folder is a full disk after `size` (mount(8)). */
export function withSmallDisk(size: string): Harmed {
  const mount = `mount -t tmpfs -o size=${size} tmpfs`
  const can = spawnSync('unshare', ['-m', 'sh', '-c', `${mount} /mnt`]).status === 0
  const lines = `exec unshare -m sh -c '${mount} "$XDG_DATA_HOME"; exec "$0" "$@"' '${process.env.TEST_OPENCODE_PATH}' "$@"`
  return { path: can ? wrap(lines) : undefined, [Symbol.dispose]: () => undefined }
}

const controllers = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup']

/** A server that the kernel kills when it uses more than `bytes` of memory (cgroups(7), version 1 or 2). */
export function withLittleMemory(bytes: number): Harmed {
  const group = makeGroup(bytes)
  return {
    path: group && wrap(`echo $$ > ${group}/cgroup.procs\nREAL`),
    [Symbol.dispose]: () => {
      if (group) rmdirSync(group)
    },
  }
}

function makeGroup(bytes: number): string | undefined {
  const parent = controllers.find((path) => existsSync(join(path, 'cgroup.procs')))
  if (parent === undefined) return undefined
  const group = join(parent, `opencode-driver-${process.pid}`)
  try {
    mkdirSync(group)
    const limit = ['memory.limit_in_bytes', 'memory.max'].find((name) =>
      existsSync(join(group, name)),
    )
    if (limit) {
      writeFileSync(join(group, limit), String(bytes))
      return group
    }
    rmdirSync(group)
  } catch {
    // This user may not.
  }
  return undefined
}

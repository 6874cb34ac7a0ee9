import { mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { copyTree, statOf } from '../workspace/file-tree.ts'
import { createGit, type Environment, GitError } from '../workspace/git.ts'

/**
 * Saves as a patch what was set aside: from what now stands at these names below `root` to what is at them in `aside`,
 * without packages that were installed there. False if there is no git, or nothing to save.
 */
export async function saveAside(
  names: readonly string[],
  options: { root: string; aside: string; patchFile: string; env: Environment },
  signal: AbortSignal,
): Promise<boolean> {
  const { root, aside, patchFile, env } = options
  // git names what it compares by the folders' names.
  const own = join(dirname(aside), 'a')
  mkdirSync(own)
  mkdirSync(aside, { recursive: true })
  for (const name of names) {
    copyIfThere(join(root, name), join(own, name))
    for (const folder of [own, aside]) removePackages(join(folder, name))
  }
  const workTree = dirname(aside)
  const git = createGit({ place: { directory: workTree, workTree }, env })
  const compare = ['diff', '--no-index', '--binary', '--no-prefix', '--no-renames', '--no-ext-diff']
  const output = `--output=${patchFile}`
  try {
    await git([...compare, '--no-textconv', output, 'a', basename(aside)], signal)
  } catch (error) {
    // It says by 1 that there are differences.
    if (!(error instanceof GitError && error.exitCode === 1)) throw error
  }
  return (statSync(patchFile, { throwIfNoEntry: false })?.size ?? 0) > 0
}

function copyIfThere(from: string, to: string): void {
  if (statOf(from) === undefined) return
  mkdirSync(dirname(to), { recursive: true })
  copyTree(from, to)
}

function removePackages(folder: string): void {
  if (basename(folder) !== '.opencode') return
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
}

import { mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { isInside } from '../path.ts'
import type { Survey } from './baseline.ts'
import { displayPath, locate, lookAt, lookInside, type RawPath, rawPath } from './raw-path.ts'

/** Each is a mount in the sandbox, which take bubblewrap ever longer; further ones are copied. */
const mostShown = 64

/** The ignored folders that are not copied: the upper ones first, and none that holds what the agent must not see. */
export function findShown(
  survey: Survey | undefined,
  { root, hidden }: { readonly root: string; readonly hidden: readonly string[] },
): ReadonlySet<RawPath> {
  const folders = [...(survey?.ignored ?? [])]
    .filter((path) => path.endsWith('/') && path !== './')
    .map((path) => path.slice(0, -1))
  const depth = (path: RawPath) => path.split('/').length
  const shown = folders
    // opencode writes packages into its folders, in a plan, too.
    .filter((path) => !path.split('/').includes('.opencode'))
    // bubblewrap is told paths as text.
    .filter((path) => rawPath(displayPath(path)) === path)
    .filter((path) => lookAt(root, path)?.isDirectory())
    .filter((path) => {
      const outer = locate(root, path).toString()
      return !hidden.some((inner) => isInside({ inner, outer }))
    })
    .toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
  return new Set(shown.slice(0, mostShown))
}

type Linking = {
  readonly root: string
  readonly tree: string
  readonly shown: ReadonlySet<RawPath>
}

/** Leads a copy to the checkout's own folders. */
export async function linkShown({ root, tree, shown }: Linking): Promise<void> {
  for (const path of shown) await symlink(locate(root, path), locate(tree, path))
}

/** An empty folder in the place of each link that was made, and is still where it was: git asks whether a folder is ignored. */
export async function removeLinks({ root, tree, shown }: Linking): Promise<void> {
  for (const path of shown) {
    const [location, target] = [locate(tree, path), locate(root, path)]
    const link = await readlink(location, 'buffer').catch(() => undefined)
    if (!lookInside(tree, path) || !link?.equals(target)) continue
    await rm(location)
    await mkdir(location)
  }
}

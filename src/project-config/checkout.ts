import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isInside } from '../path.ts'
import { type Environment, line, noAnswer } from '../workspace/git.ts'
import { listConfiguration } from '../workspace/git-configuration.ts'
import { findRepository, type Repository } from '../workspace/repository.ts'
import { createShadow, shadowGit } from '../workspace/shadow.ts'

/** What the checkout itself says of the commit that is checked out. */
export type Checkout = {
  /** Absent outside of a git checkout. */
  readonly head: string | undefined
  /** Whether it lies in the work tree of another repository, whose submodule it is not. */
  readonly isInner: boolean
  /** Whether `origin` is the repository that the run is in. */
  readonly isOwnRepository: boolean
  /** Whether a branch that was fetched from `origin` holds the commit; tags come with whatever was fetched. */
  readonly isPublished: boolean
}

/** Nothing is known. */
export const unknownCheckout: Checkout = {
  head: undefined,
  isInner: false,
  isOwnRepository: false,
  isPublished: false,
}

/** Reads what a checkout says; what git reads of it goes into `temporary`. */
export async function readCheckout(
  repository: Repository,
  { temporary, env }: { temporary: string; env: Environment },
  signal: AbortSignal,
): Promise<Checkout> {
  const shadow = await createShadow({ repository, temporary, env }, signal)
  const { head } = shadow
  if (head === undefined) return unknownCheckout
  const git = shadowGit(shadow, { env })
  const ask = async (...args: string[]) => {
    const answer = await git(args, signal).catch(noAnswer)
    return answer && line(answer)
  }
  const refs =
    (await ask('for-each-ref', '--count=1', '--contains', head, 'refs/remotes/origin')) ?? ''
  const file = join(repository.common, 'config')
  const listed = await listConfiguration({ file, folder: temporary, env }, signal)
  const valuesOf = (name: string) =>
    listed.split('\0').flatMap((entry) => {
      const [key, ...value] = entry.split('\n')
      return key === name ? [value.join('\n')] : []
    })
  // Some have pull requests fetched to where the branches are.
  const fetched = valuesOf('remote.origin.fetch')
  const areBranches = fetched.length > 0 && fetched.every((one) => /^\+?refs\/heads\//.test(one))
  return {
    head,
    isInner: isInner(repository, env),
    isOwnRepository: isRepository(valuesOf('remote.origin.url').at(-1) ?? '', env),
    isPublished: refs !== '' && areBranches,
  }
}

/** A step before this one may have left a repository in the checkout, with whatever commit it says. */
function isInner({ top, directory }: Repository, env: Environment): boolean {
  const workspace = realpathSync(env.GITHUB_WORKSPACE || '.')
  if (top === workspace) return false
  const outer = findRepository({ directory: dirname(top), workspace })
  return outer !== undefined && !isInside({ inner: directory, outer: outer.common })
}

/** Whether an address of git, by HTTP or SSH, is that of the run's repository. */
function isRepository(address: string, env: Environment): boolean {
  const server = URL.parse(env.GITHUB_SERVER_URL ?? '')
  const repository = env.GITHUB_REPOSITORY
  if (!server || !repository) return false
  const url = URL.parse(address.replace(/^(?:[^@/:]+@)?([^:/]+):(?!\/\/)/, 'ssh://$1/'))
  if (url === null) return false
  const path = url.pathname.replace(/^\/+/, '').replace(/(\.git)?\/*$/, '')
  return url.hostname === server.hostname && path.toLowerCase() === repository.toLowerCase()
}

import { createGit, type Environment, line, noAnswer } from '../workspace/git.ts'

/** What is known here of the commit that is checked out, without asking anybody. */
export type Checkout = {
  /** Absent outside of a git checkout. */
  readonly head: string | undefined
  /** Whether `origin` is the repository that the run is in. */
  readonly isOwnRepository: boolean
  /** Whether a branch that was fetched from `origin` holds the commit; tags come with whatever was fetched. */
  readonly isPublished: boolean
}

const nothing: Checkout = { head: undefined, isOwnRepository: false, isPublished: false }

/** Reads what the checkout at `directory` says of itself. */
export async function readCheckout(
  { directory, env }: { directory: string; env: Environment },
  signal: AbortSignal,
): Promise<Checkout> {
  const git = createGit({ directory, env })
  const ask = async (...args: string[]) => {
    const answer = await git(args, signal).catch(noAnswer)
    return answer && line(answer)
  }
  const head = await ask('rev-parse', '--verify', '-q', 'HEAD^{commit}')
  if (head === undefined) return nothing
  const [origin = '', fetched = '', refs = ''] = await Promise.all([
    ask('config', '--get', 'remote.origin.url'),
    ask('config', '--get-all', 'remote.origin.fetch'),
    ask('for-each-ref', '--count=1', '--contains', head, 'refs/remotes/origin'),
  ])
  // Some have pull requests fetched to where the branches are.
  const areBranches = fetched.split('\n').every((one) => /^\+?refs\/heads\//.test(one))
  return {
    head,
    isOwnRepository: isRepository(origin, env),
    isPublished: refs !== '' && areBranches,
  }
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

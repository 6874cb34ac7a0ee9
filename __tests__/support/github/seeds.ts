import { notFound } from './answer.ts'
import { commitOf, createBare } from './git/bare.ts'
import { followBranches, identityOf } from './git/branches.ts'
import { type Account, userIdentity } from './identity.ts'
import { personOf } from './rest/commits.ts'
import { parseHead } from './rest/new-pull.ts'
import { writeTree } from './rest/trees.ts'
import {
  addComment,
  addIssue,
  changeIssue,
  commentsOf,
  findIssue,
  type Hosted,
  type State,
} from './state.ts'

/** Contents by path; null removes, and a mode that is not 100644 is named. */
export type Files = Readonly<
  Record<string, string | Uint8Array | null | { readonly mode: string; readonly content: string }>
>

/** What a test sees of a comment. */
export type SeenComment = {
  readonly id: number
  readonly body: string
  readonly login: string
  readonly app: string | undefined
}

/** The ways in which a test prepares and inspects the stand-in, past all permissions. */
export function createSeeds(state: State) {
  const { origin, defaultBranch } = state
  const repositoryOf = (fork: string | undefined): Hosted => {
    const found = fork === undefined ? origin : state.forks.get(fork)
    if (found === undefined) throw notFound()
    return found
  }
  const authorOf = (login: string = origin.owner) => {
    const stranger: Account = { login, id: state.nextId(), type: 'User', role: 'none' }
    const account = state.accounts.get(login) ?? stranger
    state.accounts.set(login, account)
    return userIdentity(account)
  }
  return {
    /** Commits on a branch, which is made from `from` (the default branch) if it is new; returns the commit's id. */
    commit(
      branch: string,
      files: Files,
      more: { message?: string; from?: string; fork?: string } = {},
    ): string {
      const { bare } = repositoryOf(more.fork)
      const { message = 'Change', from = defaultBranch } = more
      const parent = commitOf(bare, `refs/heads/${branch}`) ?? commitOf(bare, `refs/heads/${from}`)
      const tree = writeTree(bare, parent, entriesOf(bare, files))
      const env = identityOf(personOf(authorOf(more.fork)))
      const parents = parent === undefined ? [] : ['-p', parent]
      const sha = bare.git(['commit-tree', tree, ...parents, '-m', message], { env })
      bare.git(['update-ref', `refs/heads/${branch}`, sha])
      followBranches(state)
      return sha
    },
    /** Forks the repository for an account, as it is now. */
    fork(owner: string): void {
      authorOf(owner)
      const bare = createBare(`${origin.bare.path}-${owner}`, {
        defaultBranch,
        source: origin.bare,
      })
      const fork = { ...origin, id: state.nextId(), owner, fork: true, bare }
      state.forks.set(owner, fork)
    },
    /** Opens a pull request from a branch of the repository, or of a fork of it; returns its number. */
    openPull(given: { head: string; base?: string; fork?: string } & Partial<Prose>): number {
      const { head, base = defaultBranch, fork = origin.owner, title = head, body } = given
      const author = authorOf(given.login ?? fork)
      const pull = { head: parseHead(state, `${fork}:${head}`), base, draft: false }
      const whole = { ...pull, maintainerCanModify: true }
      const { number } = addIssue(state, { title, body, author, pull: whole })
      followBranches(state)
      return number
    },
    /** Opens an issue; returns its number. */
    openIssue({ title = 'Issue', body, login }: Partial<Prose> = {}): number {
      return addIssue(state, { title, body, author: authorOf(login) }).number
    },
    /** Locks the conversation of an issue or pull request. */
    lock(number: number): void {
      changeIssue(state, findIssue(state, number), { locked: true })
    },
    /** Has somebody comment; returns the comment's id. */
    comment(issue: number, body: string, login?: string): number {
      return addComment(state, { issue, body, author: authorOf(login) }).id
    },
    /** The comments of an issue or pull request, oldest first. */
    comments(number: number): readonly SeenComment[] {
      return commentsOf(state, number).map(({ id, body, author }) => {
        return { id, body, login: author.account.login, app: author.app?.slug }
      })
    },
    /** An issue or pull request as it is now. */
    issue: (number: number) => findIssue(state, number),
    /** Puts a branch under a ruleset that asks for a pull request. */
    protect(branch: string): void {
      state.protectedBranches.add(branch)
    },
    /** The commit at the head of a branch. */
    head: (branch: string, fork?: string) =>
      commitOf(repositoryOf(fork).bare, `refs/heads/${branch}`),
    /** Runs git in the bare repository. */
    git: (...args: readonly string[]) => origin.bare.git(args),
    /** Whether GitHub shows a commit as verified. */
    isVerified: (sha: string) => state.signed.has(sha),
  }
}

type Prose = { readonly title: string; readonly body: string; readonly login: string }

function entriesOf(bare: Hosted['bare'], files: Files) {
  return Object.entries(files).map(([path, file]) => {
    if (file === null) return { path, mode: '100644', sha: null }
    const plain = typeof file === 'string' || file instanceof Uint8Array
    const { mode, content } = plain ? { mode: '100644', content: file } : file
    return { path, mode, sha: bare.git(['hash-object', '-w', '--stdin'], { input: content }) }
  })
}

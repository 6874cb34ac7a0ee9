import { baseOf, headOf, mergeOf } from '../git/branches.ts'
import { filesOf } from '../git/diff.ts'
import { accountShape, apiOf, nodeId, pageOf, repositoryShape, sharedShape } from '../shapes.ts'
import { type Branch, commentsOf, type PullRequest, type State } from '../state.ts'

/** How GitHub shows a pull request in a list. */
export function pullShape(state: State, request: PullRequest) {
  const { number, pull } = request
  const own = `${apiOf(state, state.origin)}/pulls/${number}`
  const page = pageOf(state, number)
  return {
    ...sharedShape(state, request),
    node_id: nodeId('PR', request.id),
    url: own,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: `${apiOf(state, state.origin)}/issues/${number}`,
    comments_url: `${apiOf(state, state.origin)}/issues/${number}/comments`,
    draft: pull.draft,
    head: endShape(state, pull.head, headOf(state, request)),
    base: endShape(state, { repository: state.origin, name: pull.base }, baseOf(state, request)),
    merge_commit_sha: mergeOf(state, request) ?? null,
  }
}

/** How GitHub shows a pull request by itself: with what it has counted and merged. */
export function wholePullShape(state: State, request: PullRequest) {
  const { bare } = state.origin
  const [base, head] = [baseOf(state, request), headOf(state, request)]
  const files = filesOf({ bare, base, head })
  const mergeable = mergeOf(state, request) !== undefined
  const sum = (key: 'additions' | 'deletions') => files.reduce((all, file) => all + file[key], 0)
  return {
    ...pullShape(state, request),
    merged: false,
    mergeable,
    mergeable_state: mergeable ? 'clean' : 'dirty',
    maintainer_can_modify: request.pull.maintainerCanModify,
    comments: commentsOf(state, request.number).length,
    commits: Number(bare.git(['rev-list', '--count', `${base}..${head}`])),
    additions: sum('additions'),
    deletions: sum('deletions'),
    changed_files: files.length,
  }
}

function endShape(state: State, { repository, name }: Branch, sha: string) {
  const repo = repositoryShape(state, repository)
  const user = state.accounts.get(repository.owner)
  return {
    label: `${repository.owner}:${name}`,
    ref: name,
    sha,
    repo,
    user: user ? accountShape(state, user) : null,
  }
}

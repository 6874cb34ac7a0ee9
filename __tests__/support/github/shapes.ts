import { type Account, canPush, type Identity } from './identity.ts'
import { type Comment, type Hosted, type Issue, isPull, type State } from './state.ts'

/** How GitHub shows an account. */
export function accountShape({ urls }: State, { login, id, type }: Account) {
  return {
    login,
    id,
    node_id: nodeId('U', id),
    type,
    site_admin: false,
    url: `${urls.api}/users/${encodeURIComponent(login)}`,
    html_url:
      type === 'Bot'
        ? `${urls.server}/apps/${login.replace('[bot]', '')}`
        : `${urls.server}/${login}`,
  }
}

/** How GitHub shows a repository, and what the one who asks may do with it. */
export function repositoryShape(state: State, repository: Hosted, identity?: Identity) {
  const { owner, name, id, fork } = repository
  const account = state.accounts.get(owner) ?? { login: owner, id: 1, type: 'User', role: 'none' }
  const role = identity?.account.role ?? 'none'
  const push = canPush({ role })
  return {
    id,
    node_id: nodeId('R', id),
    name,
    full_name: `${owner}/${name}`,
    owner: accountShape(state, account),
    private: state.private,
    visibility: state.private ? 'private' : 'public',
    fork,
    default_branch: state.defaultBranch,
    url: apiOf(state, repository),
    html_url: webOf(state, repository),
    clone_url: `${webOf(state, repository)}.git`,
    // The workflow's token is told false throughout, whatever its permissions.
    permissions: {
      admin: role === 'admin',
      maintain: role === 'admin' || role === 'maintain',
      push,
      triage: push || role === 'triage',
      pull: role !== 'none' || !state.private,
    },
  }
}

/** How GitHub shows an app in `performed_via_github_app`; null for what a user did. */
export function appShape(state: State, { app, permissions }: Identity) {
  if (app === undefined) return null
  const owner = { login: 'github', id: 9919, type: 'Organization', role: 'none' } as const
  return {
    id: app.id,
    slug: app.slug,
    name: app.name,
    node_id: nodeId('A', app.id),
    owner: accountShape(state, owner),
    html_url: `${state.urls.server}/apps/${app.slug}`,
    permissions,
  }
}

/** How GitHub shows a comment. */
export function commentShape(state: State, comment: Comment) {
  const { origin } = state
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${apiOf(state, origin)}/issues/comments/${comment.id}`,
    html_url: `${pageOf(state, comment.issue)}#issuecomment-${comment.id}`,
    issue_url: `${apiOf(state, origin)}/issues/${comment.issue}`,
    body: comment.body,
    user: accountShape(state, comment.author.account),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(state, comment.author.account),
    performed_via_github_app: appShape(state, comment.author),
  }
}

/** How GitHub shows an issue; a pull request has a field more. */
export function issueShape(state: State, issue: Issue) {
  const own = `${apiOf(state, state.origin)}/issues/${issue.number}`
  const comments = [...state.comments.values()].filter((one) => one.issue === issue.number)
  return {
    ...sharedShape(state, issue),
    node_id: nodeId(isPull(issue) ? 'PR' : 'I', issue.id),
    url: own,
    html_url: pageOf(state, issue.number),
    comments_url: `${own}/comments`,
    repository_url: apiOf(state, state.origin),
    comments: comments.length,
    performed_via_github_app: appShape(state, issue.author),
    ...(isPull(issue) && {
      pull_request: {
        url: `${apiOf(state, state.origin)}/pulls/${issue.number}`,
        html_url: pageOf(state, issue.number),
        diff_url: `${pageOf(state, issue.number)}.diff`,
        patch_url: `${pageOf(state, issue.number)}.patch`,
      },
    }),
  }
}

/** What issues and pull requests show alike. */
export function sharedShape(state: State, issue: Issue) {
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? null,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    user: accountShape(state, issue.author.account),
    author_association: associationOf(state, issue.author.account),
    labels: issue.labels.map((name, index) => labelShape(state, name, index)),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
  }
}

/** How GitHub shows a label. */
export function labelShape(state: State, name: string, id: number) {
  const url = `${apiOf(state, state.origin)}/labels/${encodeURIComponent(name)}`
  return { id, node_id: nodeId('LA', id), name, color: 'ededed', url, default: false }
}

/** Where the API has a repository. */
export function apiOf({ urls }: State, { owner, name }: Hosted): string {
  return `${urls.api}/repos/${owner}/${name}`
}

/** Where a browser finds a repository. */
export function webOf({ urls }: State, { owner, name }: Hosted): string {
  return `${urls.server}/${owner}/${name}`
}

/** Where a browser finds an issue or pull request. */
export function pageOf(state: State, number: number): string {
  const issue = state.issues.get(number)
  const kind = issue && isPull(issue) ? 'pull' : 'issues'
  return `${webOf(state, state.origin)}/${kind}/${number}`
}

/** GraphQL's id of something. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`
}

/** How an account belongs to the repository; an app does not. Page "CommentAuthorAssociation". */
export function associationOf(state: State, { login, role, type }: Account): string {
  if (type === 'Bot') return 'NONE'
  if (login === state.origin.owner) return 'OWNER'
  return canPush({ role }) ? 'COLLABORATOR' : 'NONE'
}

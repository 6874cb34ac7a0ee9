import { Refusal } from '../answer.ts'
import { commitOf } from '../git/bare.ts'
import { demand, type Identity } from '../identity.ts'
import { commitShape } from '../rest/commits.ts'
import { accountShape, commentShape, nodeId, pageOf, webOf } from '../shapes.ts'
import {
  type Comment,
  commentsOf,
  findRepository,
  type Hosted,
  type Issue,
  isPull,
  type State,
} from '../state.ts'

type Page = {
  readonly first?: number | null
  readonly after?: string | null
  readonly last?: number | null
}

/** Who asks; an app is shown as a user here, with `[bot]`. */
export function viewerNode(state: State, { account }: Identity) {
  const { login, id, node_id, html_url } = accountShape(state, account)
  return { __typename: 'User', login, databaseId: id, id: node_id, url: html_url }
}

/** A repository with what is in it. */
export function repositoryNode(
  state: State,
  identity: Identity,
  { owner, name }: Pick<Hosted, 'owner' | 'name'>,
) {
  const repository = findRepository(state, owner, name)
  const wanted = `Could not resolve to a Repository with the name '${owner}/${name}'.`
  if (repository === undefined) throw new Refusal(404, wanted, { type: 'NOT_FOUND' })
  const issueOf = (number: number, kind?: 'Issue' | 'PullRequest') => {
    const issue = state.issues.get(number)
    if (issue && (kind === undefined || isPull(issue) === (kind === 'PullRequest')))
      return issueNode(state, identity, issue)
    const what = kind ?? 'issue or pull request'
    const message = `Could not resolve to ${kind === 'PullRequest' ? 'a' : 'an'} ${what} with the number of ${number}.`
    throw new Refusal(404, message, { type: 'NOT_FOUND' })
  }
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: `${repository.owner}/${repository.name}`,
    url: webOf(state, repository),
    isPrivate: state.private,
    defaultBranchRef: () => refNode(state, repository, `refs/heads/${state.defaultBranch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      refNode(state, repository, qualifiedName),
    issue: ({ number }: { number: number }) => issueOf(number, 'Issue'),
    pullRequest: ({ number }: { number: number }) => issueOf(number, 'PullRequest'),
    issueOrPullRequest: ({ number }: { number: number }) => issueOf(number),
  }
}

/** A ref with the commit that it points to; null where there is none. */
export function refNode(state: State, repository: Hosted, name: string) {
  const full = name.startsWith('refs/') ? name : `refs/heads/${name}`
  const sha = commitOf(repository.bare, full)
  if (sha === undefined) return null
  const parts = full.split('/')
  const target = () => commitNode(state, repository, sha)
  const prefix = `${parts.slice(0, 2).join('/')}/`
  return {
    __typename: 'Ref',
    id: nodeId('REF', full),
    name: parts.slice(2).join('/'),
    prefix,
    target,
  }
}

/** A commit. */
export function commitNode(state: State, repository: Hosted, sha: string) {
  const shape = commitShape(state, repository, sha)
  const { message, html_url, node_id, verification } = shape
  const [messageHeadline] = message.split('\n')
  const signature = verification.verified
    ? { __typename: 'GpgSignature', isValid: true, state: 'VALID', wasSignedByGitHub: true }
    : null
  return {
    __typename: 'Commit',
    id: node_id,
    oid: sha,
    url: html_url,
    message,
    messageHeadline,
    signature,
  }
}

/** A comment by its id; the stand-in finds nothing else so. */
export function findNode(state: State, identity: Identity, id: string) {
  const comment = [...state.comments.values()].find((one) => nodeId('IC', one.id) === id)
  if (comment) return commentNode(state, identity, comment)
  const message = `Could not resolve to a node with the global id of '${id}'`
  throw new Refusal(404, message, { type: 'NOT_FOUND' })
}

function issueNode(state: State, identity: Identity, issue: Issue) {
  demand(identity, 'read', 'issues', ...(isPull(issue) ? (['pull_requests'] as const) : []))
  const all = commentsOf(state, issue.number).map((one) => commentNode(state, identity, one))
  return {
    __typename: isPull(issue) ? 'PullRequest' : 'Issue',
    id: nodeId(isPull(issue) ? 'PR' : 'I', issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.state.toUpperCase(),
    locked: issue.locked,
    url: pageOf(state, issue.number),
    comments: (page: Page) => connect(all, page),
  }
}

/** `author.login` of a bot is without `[bot]` here, unlike in REST: who did it is what `viewerDidAuthor` says. */
function commentNode(state: State, identity: Identity, comment: Comment) {
  const { account } = comment.author
  const shape = commentShape(state, comment)
  return {
    __typename: 'IssueComment',
    id: shape.node_id,
    databaseId: shape.id,
    fullDatabaseId: String(shape.id),
    url: shape.html_url,
    body: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    isMinimized: false,
    authorAssociation: shape.author_association,
    viewerDidAuthor: account.login === identity.account.login,
    author: {
      __typename: account.type,
      login: account.login.replace('[bot]', ''),
      url: shape.user.html_url,
    },
  }
}

/** One page of a connection; GitHub insists on `first` or `last`, of at most 100. */
function connect<T>(all: readonly T[], { first, after, last }: Page) {
  const size = first ?? last
  if (size === undefined || size === null) {
    const message =
      'You must provide a `first` or `last` value to properly paginate the connection.'
    throw new Refusal(422, message, { type: 'MISSING_PAGINATION_BOUNDARIES' })
  }
  if (size > 100) {
    const message = `Requesting ${size} records exceeds the limit of 100 records.`
    throw new Refusal(422, message, { type: 'EXCESSIVE_PAGINATION' })
  }
  const start = after ? Number(Buffer.from(after, 'base64').toString()) : 0
  const from = first ? start : Math.max(0, all.length - size)
  const nodes = all.slice(from, from + size)
  const end = from + nodes.length
  const cursor = (at: number) => Buffer.from(String(at)).toString('base64')
  const pageInfo = {
    hasNextPage: end < all.length,
    hasPreviousPage: from > 0,
    endCursor: nodes.length > 0 ? cursor(end) : null,
    startCursor: nodes.length > 0 ? cursor(from) : null,
  }
  return { totalCount: all.length, nodes, pageInfo }
}

import * as z from 'zod'
import { unlessMissing } from './answer.ts'
import { type GitHub, repeatLost } from './client.ts'
import { readMarker } from './marker.ts'

/** The comment of an issue or pull request that a key names; each further body is a page of it. */
export type CommentRequest = {
  readonly github: GitHub
  readonly issue: number
  readonly key: string
  /** Each begins with the marker of its page. */
  readonly bodies: readonly string[]
}

/** Where the first page of a comment is. */
export type PublishedComment = { readonly id: number; readonly url: string }

type OwnComment = PublishedComment & { readonly body: string; readonly page: number }

/**
 * Creates the comment, or edits it in place: the comments that the token wrote and that carry the key. Deletes pages that a
 * shorter text no longer needs, and duplicates that another run with the same key made.
 */
export async function publishComment(
  request: CommentRequest,
  signal: AbortSignal,
): Promise<PublishedComment> {
  const { github, bodies } = request
  const created = await repeatLost(() => createMissing(request), signal)
  const listed = await listOwnComments(request)
  // GitHub may list a new comment a moment later.
  const late = created.filter(({ id }) => listed.every((comment) => comment.id !== id))
  const own = [...listed, ...late].toSorted((a, b) => a.id - b.id)
  // Of each page the oldest stays, so that two runs at once end with one comment.
  const kept = bodies.map((_, at) => own.find(({ page }) => page === at + 1))
  for (const comment of own) await settle(comment, bodies[kept.indexOf(comment)], github)
  const [first] = kept
  if (!first) throw new Error('There is nothing to comment.')
  return { id: first.id, url: first.url }
}

const createdShape = z.object({ id: z.number(), html_url: z.string() })

/** Lists before it creates, since an answer that was lost may be that of a comment that was created. */
async function createMissing(request: CommentRequest): Promise<readonly OwnComment[]> {
  const { github, issue, bodies } = request
  const { octokit, owner, repo } = github
  const own = await listOwnComments(request)
  const created: OwnComment[] = []
  for (const [at, body] of bodies.entries()) {
    if (own.some(({ page }) => page === at + 1)) continue
    const { data } = await octokit.rest.issues.createComment({
      ...{ owner, repo, body },
      issue_number: issue,
    })
    const { id, html_url: url } = createdShape.parse(data)
    created.push({ id, url, body, page: at + 1 })
  }
  return created
}

/** Gives a comment the text, or deletes it without one; another run may have deleted it. */
async function settle(
  { id: comment_id, body: before }: OwnComment,
  body: string | undefined,
  { octokit, owner, repo }: GitHub,
): Promise<void> {
  const comment = { owner, repo, comment_id }
  if (body === undefined) await unlessMissing(octokit.rest.issues.deleteComment(comment))
  else if (before !== body) await octokit.rest.issues.updateComment({ ...comment, body })
}

const query = `query ($owner: String!, $repo: String!, $issue: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issueOrPullRequest(number: $issue) {
      ... on Issue { comments(first: 100, after: $after) { ...page } }
      ... on PullRequest { comments(first: 100, after: $after) { ...page } }
    }
  }
}
fragment page on IssueCommentConnection {
  nodes { databaseId body url viewerDidAuthor }
  pageInfo { hasNextPage endCursor }
}`

const commentShape = z.object({
  databaseId: z.number(),
  body: z.string(),
  url: z.string(),
  viewerDidAuthor: z.boolean(),
})
const comments = z.object({
  nodes: z.array(commentShape),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
})
const answer = z.object({
  repository: z.object({ issueOrPullRequest: z.object({ comments }) }),
})

/** The comments that the token wrote and that carry the key: anyone can write the marker into a comment. */
async function listOwnComments({
  github: { octokit, owner, repo },
  issue,
  key,
}: CommentRequest): Promise<readonly OwnComment[]> {
  const own: OwnComment[] = []
  let after: string | null = null
  do {
    const asked: Record<string, unknown> = { owner, repo, issue, after }
    const { repository } = answer.parse(await octokit.graphql(query, asked))
    const { nodes, pageInfo } = repository.issueOrPullRequest.comments
    own.push(...nodes.flatMap((node) => readOwn(node, key)))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return own
}

function readOwn(node: z.infer<typeof commentShape>, key: string): readonly OwnComment[] {
  const { databaseId: id, body, url, viewerDidAuthor } = node
  const marker = viewerDidAuthor ? readMarker(body) : undefined
  return marker?.key === key ? [{ id, url, body, page: marker.page }] : []
}

import * as z from 'zod'
import { statusOf } from './answer.ts'
import type { GitHub } from './client.ts'
import { listOwnComments, type OwnComment } from './own-comments.ts'
import { repeatLost } from './repeat.ts'

/** The comment of an issue or pull request, which one key names; more bodies than one are its pages. */
export type CommentRequest = {
  readonly github: GitHub
  readonly issue: number
  readonly key: string
  /** Each begins with the marker of its page. */
  readonly bodies: readonly string[]
}

/** Where the first page of a comment is. */
export type PublishedComment = { readonly id: number; readonly url: string }

const created = z.object({ id: z.number(), html_url: z.string() })

/**
 * Creates the comment, or edits it in place: of all pages of comments those that carry the key and are the token's own.
 * Pages that a shorter text no longer needs, and what another run with the same key has doubled, are deleted.
 */
export async function publishComment(
  request: CommentRequest,
  signal: AbortSignal,
): Promise<PublishedComment> {
  const { bodies } = request
  const before = await listOwnComments(request.github, request)
  const written: PublishedComment[] = []
  for (const [at, body] of bodies.entries()) {
    const known = before.find(({ marker }) => marker.page === at + 1)
    written.push(
      known ? await edit(known, body, request) : await create(body, at + 1, request, signal),
    )
  }
  const [first] = await tidy(request, written)
  if (!first) throw new Error('There is nothing to comment.')
  return first
}

async function edit(
  { id, url, body: before }: OwnComment,
  body: string,
  { github }: CommentRequest,
): Promise<PublishedComment> {
  const { octokit, owner, repo } = github
  if (before !== body)
    await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body })
  return { id, url }
}

/** A lost answer, or one that cannot be read, may be that of a comment that was created: look before it is created again. */
async function create(
  body: string,
  page: number,
  request: CommentRequest,
  signal: AbortSignal,
): Promise<PublishedComment> {
  const { github, issue } = request
  const { octokit, owner, repo } = github
  let isRepeated = false
  return await repeatLost(async () => {
    const own = isRepeated ? await listOwnComments(github, request) : []
    const found = own.find(({ marker }) => marker.page === page)
    if (found) return await edit(found, body, request)
    isRepeated = true
    const comment = { owner, repo, issue_number: issue, body }
    const { id, html_url } = created.parse((await octokit.rest.issues.createComment(comment)).data)
    return { id, url: html_url }
  }, signal)
}

/** Of each page the oldest comment stays, with this run's text: so do two runs at once end with one comment. */
async function tidy(
  request: CommentRequest,
  written: readonly PublishedComment[],
): Promise<readonly PublishedComment[]> {
  const { github, bodies } = request
  const own = await listOwnComments(github, request)
  const kept: PublishedComment[] = []
  for (const [at, body] of bodies.entries()) {
    const same = own.filter(({ marker }) => marker.page === at + 1)
    const oldest = same.toSorted((a, b) => a.id - b.id)[0]
    const mine = written[at]
    if (oldest) kept.push(await edit(oldest, body, request))
    else if (mine) kept.push(mine)
  }
  const ids = new Set(kept.map(({ id }) => id))
  for (const { id } of own) if (!ids.has(id)) await remove(id, github)
  return kept
}

async function remove(id: number, { octokit, owner, repo }: GitHub): Promise<void> {
  try {
    await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id })
  } catch (error) {
    // Another run has deleted it.
    if (statusOf(error) !== 404) throw error
  }
}

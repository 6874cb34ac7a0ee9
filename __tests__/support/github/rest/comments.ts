import * as z from 'zod'
import { type Answer, invalid, notFound, Refusal } from '../answer.ts'
import { canPush, demand, type Resource } from '../identity.ts'
import { commentShape } from '../shapes.ts'
import {
  addComment,
  type Comment,
  commentsOf,
  findIssue,
  type Issue,
  isPull,
  now,
} from '../state.ts'
import { bodyOf, type Call, numberOf, originOf, textOf } from './call.ts'
import { pageOfList } from './pages.ts'

const given = z.object({ body: z.string() })
const maximum = 65_536

/** `GET /repos/{owner}/{repo}/issues/{issue_number}/comments`, oldest first. */
export function listComments(call: Call): Answer {
  const issue = issueOf(call)
  demand(call.identity, 'read', ...resourcesOf(issue))
  const since = textOf(call, 'since') ?? ''
  const found = commentsOf(call.state, issue.number).filter(({ updatedAt }) => updatedAt >= since)
  return pageOfList(
    call,
    found.map((comment) => commentShape(call.state, comment)),
  )
}

/** `POST …/issues/{issue_number}/comments`. */
export function createComment(call: Call): Answer {
  const issue = issueOf(call)
  demand(call.identity, 'write', ...resourcesOf(issue))
  if (issue.locked && !canPush(call.identity.account)) {
    const message = 'Unable to create comment because issue is locked.'
    throw new Refusal(403, message, {
      documentation: 'https://docs.github.com/articles/locking-conversations/',
    })
  }
  const { body } = bodyOf(call, given)
  checkBody(body)
  const comment = addComment(call.state, { issue: issue.number, body, author: call.identity })
  const shape = commentShape(call.state, comment)
  return { status: 201, body: shape, headers: { location: shape.url } }
}

/** `GET …/issues/comments/{comment_id}`. */
export function getComment(call: Call): Answer {
  return { status: 200, body: commentShape(call.state, findComment(call, 'read')) }
}

/** `PATCH …/issues/comments/{comment_id}`: the author stays, whoever edits. */
export function updateComment(call: Call): Answer {
  const comment = findComment(call, 'write')
  const { body } = bodyOf(call, given)
  checkBody(body)
  const changed = { ...comment, body, updatedAt: now() }
  call.state.comments.set(comment.id, changed)
  return { status: 200, body: commentShape(call.state, changed) }
}

/** `DELETE …/issues/comments/{comment_id}`. */
export function deleteComment(call: Call): Answer {
  call.state.comments.delete(findComment(call, 'write').id)
  return { status: 204 }
}

function findComment(call: Call, access: 'read' | 'write'): Comment {
  originOf(call)
  const comment = call.state.comments.get(numberOf(call, 'comment_id'))
  if (comment === undefined) throw notFound()
  demand(call.identity, access, ...resourcesOf(findIssue(call.state, comment.issue)))
  return comment
}

function issueOf(call: Call): Issue {
  originOf(call)
  return findIssue(call.state, numberOf(call, 'issue_number'))
}

/** A pull request's comments are open to both permissions. */
export function resourcesOf(issue: Issue): readonly Resource[] {
  return isPull(issue) ? ['issues', 'pull_requests'] : ['issues']
}

/** The form of github.com for a comment; that of issues and pull requests is another. */
function checkBody(body: string): void {
  const refuse = (message: string) => {
    throw invalid({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message })
  }
  if (body.trim() === '') refuse('Body cannot be blank')
  if (body.length > maximum) refuse(`Body is too long (maximum is ${maximum} characters)`)
}

import { type Answer, Refusal, refused } from '../answer.ts'
import type { Identity } from '../identity.ts'
import type { State } from '../state.ts'
import { getAuthenticated, getPermission, getRepository, getUser } from './accounts.ts'
import type { Handler } from './call.ts'
import {
  createComment,
  deleteComment,
  getComment,
  listComments,
  updateComment,
} from './comments.ts'
import { createCommit, getCommit } from './commits.ts'
import { compareCommits } from './compare.ts'
import { completeAnswer } from './complete.ts'
import { type Match, matchOperation, problemsOfAnswer, problemsOfBody } from './description.ts'
import { addLabels, getIssue } from './issues.ts'
import { createPull, getPull, listFiles, listPulls, updatePull } from './pulls.ts'
import { createRef, deleteRef, getRef, updateRef } from './refs.ts'
import { createBlob, createTree, getBlob, getTree } from './trees.ts'

/** A REST request as it came, the path without `/api/v3`. */
export type RestRequest = {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  readonly identity: Identity | undefined
}

const documentation = 'https://docs.github.com/rest'
const handlers: Readonly<Record<string, Handler>> = {
  'git/create-blob': createBlob,
  'git/create-commit': createCommit,
  'git/create-ref': createRef,
  'git/create-tree': createTree,
  'git/delete-ref': deleteRef,
  'git/get-blob': getBlob,
  'git/get-commit': getCommit,
  'git/get-ref': getRef,
  'git/get-tree': getTree,
  'git/update-ref': updateRef,
  'issues/add-labels': addLabels,
  'issues/create-comment': createComment,
  'issues/delete-comment': deleteComment,
  'issues/get': getIssue,
  'issues/get-comment': getComment,
  'issues/list-comments': listComments,
  'issues/update-comment': updateComment,
  'pulls/create': createPull,
  'pulls/get': getPull,
  'pulls/list': listPulls,
  'pulls/list-files': listFiles,
  'pulls/update': updatePull,
  'repos/compare-commits-with-basehead': compareCommits,
  'repos/get': getRepository,
  'repos/get-collaborator-permission-level': getPermission,
  'users/get-authenticated': getAuthenticated,
  'users/get-by-username': getUser,
}
const diffable = ['pulls/get', 'repos/compare-commits-with-basehead']

/** Answers a REST request after it was held against GitHub's description, and holds the answer against it, too. */
export function answerRest(state: State, request: RestRequest): Answer {
  const url = new URL(request.url)
  const { origin } = state
  // GitHub's own links name a repository by its number.
  const own = url.pathname.replace(
    `/repositories/${origin.id}`,
    `/repos/${origin.owner}/${origin.name}`,
  )
  url.pathname = own
  const match = matchOperation(request.method, url)
  const documented = match?.operation.documentation ?? documentation
  try {
    return answerMatch(state, { ...request, url }, match)
  } catch (error) {
    if (error instanceof Refusal) return refused(error, documented)
    const message = `The stand-in failed at ${match?.operation.id}: ${error}`
    state.violations.push(message)
    return { status: 500, body: { message } }
  }
}

function answerMatch(state: State, request: RestRequest, match: Match | undefined): Answer {
  const { method, url, identity } = request
  const violate = (status: number, problem: string): Refusal => {
    state.violations.push(`${method} ${url.pathname}: ${problem}`)
    return new Refusal(status, status === 404 ? 'Not Found' : problem)
  }
  if (!request.headers['user-agent'])
    throw violate(403, 'Please make sure your request has a User-Agent header')
  if (identity === undefined) throw new Refusal(401, 'Bad credentials')
  if (match === undefined) throw violate(404, 'there is no such operation in the description')
  const { operation, parameters } = match
  const body = parseBody(request.text)
  const [problem] = [...match.problems, ...problemsOfBody(operation, body)]
  if (problem !== undefined) throw violate(422, `${operation.id}: ${problem}`)
  const accept = mediaOf(request.headers.accept, operation.id)
  if (accept === undefined)
    throw violate(415, `Unsupported 'Accept' header: ${request.headers.accept}`)
  const handler = handlers[operation.id]
  if (handler === undefined) throw violate(404, `the stand-in does not do ${operation.id}`)
  const answer = handler({ state, identity, operation, parameters, body, accept, url })
  return typeof answer.body === 'string' ? answer : checkAnswer(match, answer)
}

/** A stand-in that answers what GitHub never would is of no use. */
function checkAnswer({ operation }: Match, answer: Answer): Answer {
  if (answer.body === undefined) return answer
  const body = completeAnswer(operation, answer.status, answer.body)
  const [problem] = problemsOfAnswer(operation, answer.status, body)
  if (problem !== undefined) throw new Error(`its own answer is wrong: ${problem}`)
  return { ...answer, body }
}

function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `json` or `diff`. Page "Media types". */
function mediaOf(accept = '*/*', operation: string): string | undefined {
  const [, media = ''] = /^application\/(?:vnd\.github\.?)?(?:v3)?\.?\+?(\w+)/.exec(accept) ?? []
  if (media === 'diff') return diffable.includes(operation) ? 'diff' : undefined
  return accept === '*/*' || media === 'json' ? 'json' : undefined
}

import * as z from 'zod'
import { type Answer, Refusal } from '../answer.ts'
import { baseOf, followBranches, headOf } from '../git/branches.ts'
import { diffOf, filesOf, type Range } from '../git/diff.ts'
import { demand } from '../identity.ts'
import { addIssue, changeIssue, findPull, isPull, type PullRequest } from '../state.ts'
import { bodyOf, type Call, numberOf, originOf, textOf } from './call.ts'
import { checkPull, parseHead } from './new-pull.ts'
import { pageOfList } from './pages.ts'
import { pullShape, wholePullShape } from './pull-shape.ts'

const creation = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  head: z.string(),
  base: z.string(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(true),
})
const change = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
})

/** `GET /repos/{owner}/{repo}/pulls/{pull_number}`; as a diff where that media type is asked for. */
export function getPull(call: Call): Answer {
  const request = pullOf(call, 'read')
  if (call.accept === 'diff') return { status: 200, body: diffOf(rangeOf(call, request)) }
  return { status: 200, body: wholePullShape(call.state, request) }
}

/** `GET …/pulls/{pull_number}/files`. */
export function listFiles(call: Call): Answer {
  return pageOfList(call, filesOf(rangeOf(call, pullOf(call, 'read'))))
}

/** `GET …/pulls`, newest first: GitHub ignores a `head` that is not `owner:branch`, so here it is a violation. */
export function listPulls(call: Call): Answer {
  open(call, 'read')
  const { state } = call
  const [head, base] = [textOf(call, 'head'), textOf(call, 'base')]
  const wanted = textOf(call, 'state') ?? 'open'
  if (head && !head.includes(':')) state.violations.push(`pulls/list: head ${head} has no owner`)
  const found = [...state.issues.values()]
    .filter(isPull)
    .filter((request) => wanted === 'all' || request.state === wanted)
    .filter(({ pull }) => base === undefined || pull.base === base)
    .map((request) => pullShape(state, request))
    .filter((shape) => !head?.includes(':') || shape.head.label === head)
  return pageOfList(call, textOf(call, 'direction') === 'asc' ? found : found.reverse())
}

/** `POST …/pulls`. */
export function createPull(call: Call): Answer {
  open(call, 'write')
  const { state, identity } = call
  if (identity.app && !state.mayOpenPullRequests) {
    const message = 'GitHub Actions is not permitted to create or approve pull requests.'
    throw new Refusal(403, message)
  }
  const { title = '', body, head, base, draft, maintainer_can_modify } = bodyOf(call, creation)
  const pull = {
    head: parseHead(state, head),
    base,
    draft,
    maintainerCanModify: maintainer_can_modify,
  }
  checkPull(state, { title, body, pull })
  const { number } = addIssue(state, { title, body, author: identity, pull })
  followBranches(state)
  const shape = wholePullShape(state, findPull(state, number))
  return { status: 201, body: shape, headers: { location: shape.url } }
}

/** `PATCH …/pulls/{pull_number}`. */
export function updatePull(call: Call): Answer {
  const request = pullOf(call, 'write')
  const {
    title = request.title,
    body = request.body,
    state = request.state,
    base,
  } = bodyOf(call, change)
  const pull = { ...request.pull, base: base ?? request.pull.base }
  checkPull(call.state, { title, body, pull, known: request })
  changeIssue(call.state, request, { title, body, state, pull })
  followBranches(call.state)
  return { status: 200, body: wholePullShape(call.state, findPull(call.state, request.number)) }
}

function open(call: Call, access: 'read' | 'write'): void {
  originOf(call)
  demand(call.identity, access, 'pull_requests')
  followBranches(call.state)
}

function pullOf(call: Call, access: 'read' | 'write'): PullRequest {
  open(call, access)
  return findPull(call.state, numberOf(call, 'pull_number'))
}

function rangeOf({ state }: Call, request: PullRequest): Range {
  const { bare } = state.origin
  return { bare, base: baseOf(state, request), head: headOf(state, request) }
}

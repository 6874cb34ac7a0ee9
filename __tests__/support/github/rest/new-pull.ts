import { invalid } from '../answer.ts'
import { commitOf } from '../git/bare.ts'
import { type Branch, isPull, type Pull, type PullRequest, type State } from '../state.ts'

type Draft = {
  readonly title: string
  readonly body: string | undefined
  readonly pull: Pull
  /** The pull request that is changed. */
  readonly known?: PullRequest
}

const limits = { title: 256, body: 65_536 } as const

/** A head as a request names it: `branch`, or `owner:branch`. */
export function parseHead(state: State, head: string): Branch {
  const [owner = '', name = ''] = head.includes(':') ? head.split(':') : [state.origin.owner, head]
  const repository = owner === state.origin.owner ? state.origin : state.forks.get(owner)
  if (repository === undefined) throw invalidField('head')
  return { repository, name }
}

/** 422 where GitHub would not have such a pull request. Page "REST API endpoints for pull requests", and its errors. */
export function checkPull(state: State, draft: Draft): void {
  checkText(draft)
  const { head, base } = draft.pull
  const to = commitOf(head.repository.bare, `refs/heads/${head.name}`)
  const from = commitOf(state.origin.bare, `refs/heads/${base}`)
  if (from === undefined) throw invalidField('base')
  if (draft.known) return
  if (to === undefined) throw invalidField('head')
  const label = `${head.repository.owner}:${head.name}`
  const there = [...state.issues.values()].some(
    (issue) => isPull(issue) && issue.state === 'open' && isSame(issue.pull, draft.pull),
  )
  if (there) throw custom(`A pull request already exists for ${label}.`)
  const ahead = head.repository.bare.ask('rev-list', '--count', `${from}..${to}`)
  if (ahead === '0') throw custom(`No commits between ${base} and ${head.name}`)
}

function checkText({ title, body = '' }: Draft): void {
  if (title === '')
    throw invalid({ resource: 'PullRequest', code: 'missing_field', field: 'title' })
  for (const [field, text] of Object.entries({ title, body })) {
    const maximum = field === 'title' ? limits.title : limits.body
    const message = `${field} is too long (maximum is ${maximum} characters)`
    if (text.length > maximum) throw custom(message, field)
  }
}

function isSame(one: Pull, other: Pull): boolean {
  const sameHead =
    one.head.repository === other.head.repository && one.head.name === other.head.name
  return sameHead && one.base === other.base
}

function invalidField(field: string) {
  return invalid({ resource: 'PullRequest', field, code: 'invalid' })
}

function custom(message: string, field?: string) {
  return invalid({ resource: 'PullRequest', code: 'custom', ...(field && { field }), message })
}

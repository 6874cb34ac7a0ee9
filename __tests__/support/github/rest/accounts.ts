import { type Answer, notFound, Refusal } from '../answer.ts'
import type { Role } from '../identity.ts'
import { accountShape, repositoryShape } from '../shapes.ts'
import { type Call, originOf, repositoryOf, textOf } from './call.ts'

const permissions: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
}

/** `GET /user`, which is not for apps. */
export function getAuthenticated(call: Call): Answer {
  const { account, app } = call.identity
  if (app) throw new Refusal(403, 'Resource not accessible by integration')
  return { status: 200, body: { ...accountShape(call.state, account), user_view_type: 'private' } }
}

/** `GET /users/{username}`. */
export function getUser(call: Call): Answer {
  const account = call.state.accounts.get(textOf(call, 'username') ?? '')
  if (account === undefined) throw notFound()
  return { status: 200, body: accountShape(call.state, account) }
}

/**
 * `GET /repos/{owner}/{repo}/collaborators/{username}/permission`: everybody may read a public repository, `permission`
 * knows neither triage nor maintain, and a bot is no user.
 */
export function getPermission(call: Call): Answer {
  originOf(call)
  const { state } = call
  const login = textOf(call, 'username') ?? ''
  const account = state.accounts.get(login)
  if (account?.type !== 'User') throw new Refusal(404, `${login} is not a user`)
  const role = account.role === 'none' && !state.private ? 'read' : account.role
  const user = { ...accountShape(state, account), role_name: role }
  return { status: 200, body: { permission: permissions[role], role_name: role, user } }
}

/** `GET /repos/{owner}/{repo}`. */
export function getRepository(call: Call): Answer {
  return { status: 200, body: repositoryShape(call.state, repositoryOf(call), call.identity) }
}

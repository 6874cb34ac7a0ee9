import { type Answer, notFound, Refusal } from '../answer.ts'
import { type Account, canPush, type Role } from '../identity.ts'
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

/** `GET /users/{username}`: an app whose login has no `[bot]` (Copilot) is not there. */
export function getUser(call: Call): Answer {
  const account = accountOf(call)
  if (account === undefined || isHidden(account)) throw notFound()
  return { status: 200, body: accountShape(call.state, account) }
}

/**
 * `GET /repos/{owner}/{repo}/collaborators/{username}/permission`: everybody may read a public repository but the apps,
 * which have `none`, and `permission` knows neither triage nor maintain. A role of the organization's own is told by its
 * name, with the flags of the role that it stands on. What is said of apps is from reports of users.
 */
export function getPermission(call: Call): Answer {
  originOf(call)
  const { state, identity } = call
  if (!identity.app && !canPush(identity.account))
    throw new Refusal(403, 'Must have push access to view collaborator permission.')
  const account = accountOf(call)
  if (account === undefined || isHidden(account))
    throw new Refusal(404, `${textOf(call, 'username')} is not a user`)
  const everybody = account.type === 'User' && !state.private
  const role = account.role === 'none' && everybody ? 'read' : account.role
  const role_name = account.roleName ?? role
  const user = { ...accountShape(state, account), role_name, permissions: flagsOf(role) }
  return { status: 200, body: { permission: permissions[role], role_name, user } }
}

/** GitHub takes logins without regard to case. */
function accountOf(call: Call): Account | undefined {
  const login = (textOf(call, 'username') ?? '').toLowerCase()
  return [...call.state.accounts.values()].find((one) => one.login.toLowerCase() === login)
}

function isHidden({ type, login }: Account): boolean {
  return type === 'Bot' && !login.endsWith('[bot]')
}

function flagsOf(role: Role) {
  const at = roles.indexOf(role)
  const [pull, triage, push, maintain, admin] = [1, 2, 3, 4, 5].map((least) => at >= least)
  return { pull, triage, push, maintain, admin }
}

const roles: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin']

/** `GET /repos/{owner}/{repo}`. */
export function getRepository(call: Call): Answer {
  return { status: 200, body: repositoryShape(call.state, repositoryOf(call), call.identity) }
}

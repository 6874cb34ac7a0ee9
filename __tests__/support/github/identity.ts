import { Refusal } from './answer.ts'

/** What a token may do with one kind of resource. */
export type Access = 'none' | 'read' | 'write'
export type Resource = 'contents' | 'issues' | 'pull_requests'
export type Permissions = Readonly<Record<Resource, Access>>

/** The role of an account in the repository. */
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin'

/** Who somebody is. */
export type Account = {
  readonly login: string
  readonly id: number
  readonly type: 'User' | 'Bot' | 'Organization'
  readonly role: Role
  /** The name of an organization's own role, which stands on `role`. */
  readonly roleName?: string
}

/** Who speaks, and with what rights: a GitHub App by its installation token, or a user by a PAT. */
export type Identity = {
  readonly account: Account
  readonly app?: { readonly id: number; readonly slug: string; readonly name: string }
  readonly permissions: Permissions
}

/** The identity of a workflow's own token; account and app ids are those of github.com. */
export function workflowIdentity(permissions: Permissions): Identity {
  const account = { login: 'github-actions[bot]', id: 41898282, type: 'Bot', role: 'none' } as const
  return {
    account,
    app: { id: 15368, slug: 'github-actions', name: 'GitHub Actions' },
    permissions,
  }
}

/** The identity of a user's token, which has the rights of the user. */
export function userIdentity(account: Account): Identity {
  const access: Access = account.role === 'none' ? 'none' : canPush(account) ? 'write' : 'read'
  return { account, permissions: { contents: access, issues: access, pull_requests: access } }
}

/** Whether the role includes a push. */
export function canPush({ role }: Pick<Account, 'role'>): boolean {
  return role === 'write' || role === 'maintain' || role === 'admin'
}

/** 403 unless one of the resources is accessible so. Page "Permissions required for GitHub Apps". */
export function demand(
  { app, permissions }: Identity,
  access: 'read' | 'write',
  ...resources: readonly Resource[]
): void {
  const enough = access === 'read' ? ['read', 'write'] : ['write']
  if (resources.some((resource) => enough.includes(permissions[resource]))) return
  const who = app ? 'integration' : 'personal access token'
  throw new Refusal(403, `Resource not accessible by ${who}`)
}

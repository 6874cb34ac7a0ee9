import * as z from 'zod'
import { unlessMissing } from './answer.ts'
import type { GitHub } from './client.ts'

/** Permissions on a repository, from the least. */
const everyLevel = ['read', 'triage', 'write', 'maintain', 'admin'] as const

/** A permission on a repository; `none` is not one. */
export type Level = (typeof everyLevel)[number]

/** What an account may do with the repository. */
export type Permission = {
  /** As GitHub names it, which may be a custom role of the organization. */
  readonly role: string
  readonly levels: readonly Level[]
}

const flag = z.boolean().optional()
const permissionShape = z.object({
  /** `none`, `read`, `write` or `admin`: it knows neither triage nor maintain. */
  permission: z.string(),
  role_name: z.string().optional(),
  user: z
    .object({
      permissions: z
        .object({ pull: flag, triage: flag, push: flag, maintain: flag, admin: flag })
        .optional(),
    })
    .nullish(),
})

/**
 * The permission of an account by `GET /repos/{owner}/{repo}/collaborators/{username}/permission`, which any token of a
 * workflow may ask (metadata: read), and a personal one whose owner may push. GitHub answers `none` or 404 for apps and for
 * accounts that are not collaborators; on a public repository everyone has `read`.
 */
export async function readPermission(github: GitHub, login: string): Promise<Permission> {
  const { octokit, owner, repo } = github
  const asked = { owner, repo, username: login }
  const answer = await unlessMissing(octokit.rest.repos.getCollaboratorPermissionLevel(asked))
  if (answer === undefined) return { role: 'none', levels: [] }
  const { permission, role_name: role = permission, user } = permissionShape.parse(answer.data)
  const { pull: read, push: write, ...others } = user?.permissions ?? {}
  const flags: Readonly<Partial<Record<Level, boolean | undefined>>> = { read, write, ...others }
  const ranked = levelsUpTo(role) ?? levelsUpTo(permission) ?? []
  return { role, levels: everyLevel.filter((level) => flags[level] ?? ranked.includes(level)) }
}

/** Undefined for a role that is not one of GitHub's. */
function levelsUpTo(role: string): readonly Level[] | undefined {
  const names: readonly string[] = ['none', ...everyLevel]
  const at = names.indexOf(role)
  return at < 0 ? undefined : everyLevel.slice(0, at)
}

const accountShape = z.object({ type: z.string() })

/** The type of an account by `GET /users/{username}`; undefined if it does not exist. */
export async function readAccountType(github: GitHub, login: string): Promise<string | undefined> {
  const answer = await unlessMissing(github.octokit.rest.users.getByUsername({ username: login }))
  return answer && accountShape.parse(answer.data).type
}

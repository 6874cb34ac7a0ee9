import * as z from 'zod'
import { readEvent, workBranchOf } from '../event/event.ts'
import type { PathPolicy } from '../policy/policy.ts'
import type { Note } from './checks.ts'
import { choice, count, glob, list, size, yesOrNo } from './values.ts'

/** A branch by its name, as `git check-ref-format` has it in the main. */
const branchName = z
  .string()
  .regex(/^(?![/.-])(?!.*(\.\.|\/\/|@\{|\.lock(\/|$)))[^\s~^:?*[\\\p{Cc}]+(?<![/.])$/u, {
    error: 'is no name of a branch: write it without refs/heads/',
  })
  .refine((name) => !name.startsWith('refs/'), {
    error: 'is no name of a branch: write it without refs/heads/',
  })

/** The inputs that both actions have: what is published, where and how. */
export const publishFields = {
  publish: list(choice(['comment', 'commit', 'pull-request'], 'comment, commit or pull-request')),
  'github-token': z.string().optional(),
  'issue-number': count({ least: 1, most: 1e9 }).optional(),
  'comment-key': z.string().max(100, { error: 'is longer than 100 characters: shorten it' }),
  'comment-mode': choice(['update', 'new'], 'update or new'),
  branch: branchName.optional(),
  'base-branch': branchName.optional(),
  'commit-message': z.string().optional(),
  'pull-request-title': z.string().optional(),
  'pull-request-draft': yesOrNo,
  labels: list(z.string()),
  'allowed-paths': list(glob),
  'protected-paths': list(glob),
  'max-changed-files': count({ least: 1, most: 100_000 }),
  'max-patch-size': size,
} as const

/** What is published beside outputs, summary and run directory, and how. */
export type PublishChoice = {
  readonly what: readonly Publication[]
  readonly token: string | undefined
  /** The issue or pull request of the comment, if it is not the event's. */
  readonly issue: number | undefined
  readonly comment: { readonly key: string; readonly mode: 'update' | 'new' }
  readonly branch: string | undefined
  readonly commitMessage: string | undefined
  readonly pullRequest: {
    readonly base: string | undefined
    readonly title: string | undefined
    readonly draft: boolean
    readonly labels: readonly string[]
  }
  readonly policy: PathPolicy
}

/** What can be published beside outputs, summary and run directory. */
export type Publication = 'comment' | 'commit' | 'pull-request'

/** The choice that parsed fields make. */
export function choosePublish(data: z.infer<z.ZodObject<typeof publishFields>>): PublishChoice {
  return {
    what: data.publish,
    token: data['github-token'],
    issue: data['issue-number'],
    comment: { key: data['comment-key'], mode: data['comment-mode'] },
    branch: data.branch,
    commitMessage: data['commit-message'],
    pullRequest: {
      base: data['base-branch'],
      title: data['pull-request-title'],
      draft: data['pull-request-draft'],
      labels: data.labels,
    },
    policy: {
      allowedPaths: data['allowed-paths'],
      protectedPaths: data['protected-paths'].length > 0 ? data['protected-paths'] : undefined,
      maxChangedFiles: data['max-changed-files'],
      maxPatchSize: data['max-patch-size'],
    },
  }
}

type Env = Readonly<Record<string, string | undefined>>
type Raw = Readonly<Partial<Record<string, string>>>

/** What publishing needs beside its inputs is there, before anything is paid for. */
export function checkPublish({ raw, env }: { raw: Raw; env: Env }, note: Note): void {
  if (raw.publish === undefined) return
  checkToken({ name: 'publish', raw, env }, note)
  const event = readEvent(env)
  const asked = raw.publish.split(/[\s,]+/)
  if (asked.includes('comment') && raw['issue-number'] === undefined && event.number === undefined)
    note(
      `publish: the event ${event.name} has no issue or pull request to comment on. Set issue-number.`,
    )
  const hasBranch = event.kind === 'pull request' || workBranchOf(event) !== undefined
  if (asked.includes('commit') && raw.branch === undefined && !hasBranch)
    note(`publish: the event ${event.name} has no branch to commit to. Set branch.`)
  if (asked.some((one) => one !== 'comment') && raw.mode !== undefined && raw.mode !== 'implement')
    note(`publish: mode ${raw.mode} changes no files. Set mode to implement, or publish a comment.`)
}

/** What talking to GitHub needs; `name` is the input that asks for it. */
export function checkToken(
  { name, raw, env }: { name: string; raw: Raw; env: Env },
  note: Note,
): void {
  if (raw['github-token'] === undefined)
    note(`github-token: is empty, and ${name} needs one. Leave it out to use the token of the job.`)
  const variables = ['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY']
  const missing = variables.filter((variable) => !env[variable])
  if (missing.length > 0)
    note(`${name}: needs ${missing.join(', ')}, which every GitHub runner sets.`)
}

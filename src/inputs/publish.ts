import { resolve } from 'node:path'
import * as z from 'zod'
import { readEvent, workBranchOf } from '../event/event.ts'
import { type CrossCheck, parseInputs, type Step } from './pipeline.ts'
import { type InputSource, readDefaults, workspaceOf } from './source.ts'
import { branchName, choice, count, glob, list, size, yesOrNo } from './values.ts'

/** The inputs that both actions have: what is published, where and how. */
export const publishFields = {
  publish: list(choice(['comment', 'commit', 'pull-request'])),
  'github-token': z.string().optional(),
  'issue-number': count({ least: 1, most: 1e9 }).optional(),
  'comment-key': z.string().max(100, { error: 'is longer than 100 characters: shorten it' }),
  'comment-mode': choice(['update', 'new']),
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

/** The values of those inputs. */
export type PublishValues = z.infer<z.ZodObject<typeof publishFields>>

/** What is published in addition to outputs, summary and run directory, and how. */
export type PublishChoice = Readonly<ReturnType<typeof choosePublish>>

/** The choice that parsed fields make. */
export function choosePublish(data: PublishValues) {
  return {
    what: data.publish,
    token: data['github-token'],
    /** The issue or pull request to comment on; undefined for the event's. */
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

/** What publishing needs, checked before the run costs anything. */
export const publishChecks: readonly CrossCheck<PublishValues>[] = [
  {
    needs: ['publish'],
    check({ publish, 'github-token': token }, step) {
      if (publish.length > 0) checkGitHub({ input: 'publish', token }, step)
    },
  },
  { needs: ['publish', 'issue-number', 'branch'], check: checkTarget },
]

function checkTarget(
  { publish, 'issue-number': issue, branch }: PublishValues,
  { env, note }: Step,
): void {
  if (publish.length === 0) return
  const event = readEvent(env)
  if (publish.includes('comment') && issue === undefined && event.number === undefined)
    note(
      `publish: the event ${event.name} has no issue or pull request to comment on. Set issue-number.`,
    )
  const hasBranch = event.kind === 'pull request' || workBranchOf(event) !== undefined
  if (publish.includes('commit') && branch === undefined && !hasBranch)
    note(`publish: the event ${event.name} has no branch to commit to. Set branch.`)
}

/** What requests to GitHub need; `input` is the one that requires them. */
export function checkGitHub(
  { input, token }: { input: string; token: string | undefined },
  { env, note }: Step,
): void {
  if (token === undefined)
    note(
      `github-token: is empty, but ${input} needs a token. Remove github-token to use the token of the job.`,
    )
  const variables = ['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY']
  const missing = variables.filter((variable) => !env[variable])
  if (missing.length > 0)
    note(`${input}: needs ${missing.join(', ')}, which every GitHub runner sets.`)
}

const fields = {
  ...publishFields,
  'run-directory': z.string(),
  'fail-on': choice(['failure', 'never']),
} as const

/** Reads the inputs of `publish/action.yml`: the saved run, and what to publish of it. Throws as `readInputs` does. */
export function readPublishInputs({ env }: InputSource) {
  const values = parseInputs(fields, publishChecks, { env, defaults: readDefaults('publish') })
  const directory = resolve(workspaceOf(env), values['run-directory'])
  return { directory, choice: choosePublish(values) }
}

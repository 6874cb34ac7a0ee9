import { branchOf, type Event, workBranchOf } from './event.ts'
import { createGitHub, type GitHub } from './github/client.ts'
import { publishComment } from './github/comment.ts'
import { type CommitDestination, publishCommit } from './github/commit.ts'
import { ownBranchName } from './github/own-branch.ts'
import { type PreparedChange, prepareChange } from './github/prepared-change.ts'
import { type PullRequestPublication, publishPullRequest } from './github/pull-request.ts'
import { problemOf } from './github/refusal.ts'
import { tameMarkdown } from './markdown/tame.ts'
import { renderComment } from './publish/comment-body.ts'
import type { PublishChoice } from './publish-inputs.ts'
import type { Result } from './result.ts'
import type { Runner } from './runner.ts'
import { safeLine } from './session/log-line.ts'
import type { Gate } from './trust/gate.ts'
import { messageOf, oneLine } from './wording.ts'
import type { World } from './world.ts'

/** What publishing needs beside the result. */
export type Publishing = Pick<World, 'env' | 'event' | 'temporary'> & {
  readonly publish: PublishChoice
  readonly runner: Pick<Runner, 'info' | 'group'>
  readonly gate: Pick<Gate, 'find' | 'clean'>
  /** The whole change; undefined if there is none. */
  readonly patchFile: string | undefined
}

type Published = NonNullable<Result['published']>
type Ready = Publishing & { readonly github: GitHub }

/** Publishing has a time of its own, so that a run that took all of its own is published, too. */
const changeMs = 8 * 60_000
/** The comment, which tells what became of the change, has its own. */
const commentMs = 2 * 60_000

/**
 * Publishes a result where the inputs ask for it: the change of a run that completed, then the comment, which tells what
 * became of it. A run that completed and could not be published ends as `publish-failed`, one whose whole change was held
 * back as `blocked`. Nobody waits for a cancelled one.
 */
export async function publishResult(
  result: Result,
  publishing: Publishing,
  signal: AbortSignal,
): Promise<Result> {
  const { what, token } = publishing.publish
  if (what.length === 0 || token === undefined || result.outcome === 'cancelled') return result
  const { env, runner } = publishing
  const within = (limitMs: number) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    const deadline = Date.now() + limitMs
    const github = createGitHub({ token, env, log: runner.info, deadline }, limit)
    return { limit, ready: { ...publishing, github } }
  }
  return await runner.group('Publish', async () => {
    const { limit, ready } = within(changeMs)
    const changed = await publishChange(result, ready, limit).catch((error: unknown) =>
      unpublished(result, error),
    )
    const done = what.includes('comment')
      ? await comment(changed, within(commentMs).ready).catch((error: unknown) =>
          unpublished(changed, error),
        )
      : changed
    return signal.aborted ? cancelledFrom(done) : done
  })
}

/** Whatever goes wrong here, the run that was paid for is still saved and told of. */
function unpublished(result: Result, error: unknown): Result {
  const problem = `The publication broke off: ${oneLine(messageOf(error))}`
  const before = result.published ?? nothing
  return judged({ ...result, published: { ...before, problems: [...before.problems, problem] } })
}

function cancelledFrom(result: Result): Result {
  if (result.outcome !== 'publish-failed') return result
  const reason = 'The workflow was cancelled while the run was published.'
  return { ...result, outcome: 'cancelled', reason, problems: [] }
}

/** A change that is not whole is nobody's to commit: it stays a patch. */
async function publishChange(result: Result, ready: Ready, signal: AbortSignal): Promise<Result> {
  const { what, policy } = ready.publish
  const wanted = what.filter((one) => one !== 'comment')
  if (wanted.length === 0) return result
  const reason = whyNoChange(result)
  if (reason !== undefined || !result.change)
    return judged({ ...result, published: { ...nothing, problems: [reason ?? ''] } })
  const { base = '' } = result.change
  const { github, env, temporary, patchFile, gate } = ready
  const saved = { github, env, temporary, base, policy, scan: gate }
  const change: PreparedChange = patchFile
    ? await prepareChange({ ...saved, patchFile }, signal)
    : { verdicts: [] }
  let all = nothing
  for (const one of wanted) {
    const act = one === 'commit' ? commit : propose
    all = join(all, await act(change, { ...ready, result }, signal))
  }
  // Names of files are the agent's words, too.
  const published = await gate.clean(all)
  for (const line of [...published.notes, ...published.problems])
    ready.runner.info(safeLine(line, longestLine))
  return judged({ ...result, published })
}

/** Why a change is not published at all. */
function whyNoChange({ outcome, change }: Result): string | undefined {
  if (outcome !== 'completed')
    return `The run ended as ${outcome}, so its change was not published. What there is of it is in the patch file.`
  if (change === undefined) return 'The run has no change to publish: its mode was not implement.'
  const [first] = change.unseen
  if (first && change.files.length === 0)
    return `What was changed can't be published, since no patch can carry it: ${first.path} (${first.reason}).`
  return undefined
}

const longestLine = 2000

const nothing: Published = { notes: [], problems: [] }

type Changing = Ready & { readonly result: Result }

async function commit(
  change: PreparedChange,
  { github, publish, event, result }: Changing,
  signal: AbortSignal,
): Promise<PullRequestPublication> {
  const destination = destinationOf(publish, event)
  const words = wordsOf(publish, result)
  return await publishCommit({ github, change, destination, words }, signal)
}

function destinationOf({ branch }: PublishChoice, event: Event): CommitDestination {
  if (branch !== undefined) return { kind: 'branch', branch }
  if (event.kind === 'pull request' && event.number !== undefined)
    return { kind: 'pull-request', number: event.number }
  return { kind: 'branch', branch: workBranchOf(event) ?? '' }
}

async function propose(
  change: PreparedChange,
  { github, publish, event, result, gate }: Changing,
  signal: AbortSignal,
): Promise<PullRequestPublication> {
  const { base, title, draft, labels } = publish.pullRequest
  const baseBranch = base ?? baseOf(event)
  const { server } = github
  const { repository, answer } = result
  const todo = {
    ...{ github, change, baseBranch, title, draft, labels },
    branch: publish.branch ?? ownBranchName(event),
    // What is invisible and taken out may have stood inside of a secret.
    body: await gate.clean(tameMarkdown(answer, { server, repository, closes: true })),
    words: wordsOf(publish, result),
  }
  return await publishPullRequest(todo, signal)
}

/** The branch that the change was made on; of a fork's pull request, the one that it is for. */
function baseOf(event: Event): string | undefined {
  const { kind, head, base } = event
  if (kind !== 'pull request') return branchOf(event)
  return head?.fork === false ? head.ref : base?.ref
}

function wordsOf({ commitMessage }: PublishChoice, { model, runUrl }: Result) {
  return { message: commitMessage, model, runUrl }
}

function join(before: Published, more: PullRequestPublication): Published {
  const { verdicts, note, problem, ...known } = more
  return {
    ...before,
    ...known,
    files: [...verdicts],
    notes: [...new Set([...before.notes, ...(note === undefined ? [] : [note])])],
    problems: [...new Set([...before.problems, ...(problem === undefined ? [] : [problem])])],
  }
}

async function comment(result: Result, ready: Ready): Promise<Result> {
  const { github, publish, event, runner, gate } = ready
  const issue = publish.issue ?? event.number ?? 0
  const key = keyOf(publish, event)
  const files = result.published?.files ?? []
  const heldBack = files.flatMap(({ path, reason }) => (reason ? [{ path, reason }] : []))
  // What is invisible and taken out may have stood inside of a secret.
  const bodies = await gate.clean(renderComment(result, { key, server: github.server, heldBack }))
  const before = result.published ?? nothing
  try {
    const { id, url } = await publishComment({ github, issue, key, bodies })
    runner.info(`Commented: ${url}`)
    return { ...result, published: { ...before, commentId: id, commentUrl: url } }
  } catch (error) {
    const permission = commentPermission(issue, event)
    const problem = problemOf(error, { doing: `comment on #${issue}`, permission })
    return judged({ ...result, published: { ...before, problems: [...before.problems, problem] } })
  }
}

function commentPermission(issue: number, { number, kind }: Event): string {
  if (issue !== number) return 'pull-requests: write" or, for an issue, "issues: write'
  return kind === 'issue' ? 'issues: write' : 'pull-requests: write'
}

/** A comment that is new with each run has a key that is this run's own, so that it is found again after a lost answer. */
function keyOf({ comment: { key, mode } }: PublishChoice, { runId, runAttempt }: Event): string {
  return mode === 'new' ? `${key} ${runId}.${runAttempt}` : key
}

/** The outcome of a run that completed, after what was published of it. */
function judged(result: Result): Result {
  const { problems = [], files = [] } = result.published ?? {}
  if (!['completed', 'blocked', 'publish-failed'].includes(result.outcome)) return result
  if (problems.length > 0)
    return {
      ...result,
      outcome: 'publish-failed',
      reason: problems.join(' '),
      problems: problems.length > 1 ? problems : [],
    }
  const blocked = files.length > 0 && files.every(({ verdict }) => verdict === 'held-back')
  return blocked ? { ...result, outcome: 'blocked', reason: whyBlocked(files) } : result
}

function whyBlocked(files: NonNullable<Published['files']>): string {
  const [first] = files
  const all = `Every changed file was held back: ${first?.path} ${first?.reason}`
  return `${all}${files.length > 1 ? `, and ${files.length - 1} more` : ''}. The whole change is in the patch file. See allowed-paths and protected-paths.`
}

import { branchOf, type Event, workBranchOf } from './event.ts'
import { type CommitDestination, publishCommit } from './github/commit.ts'
import { ownBranchName } from './github/own-branch.ts'
import { type PreparedChange, prepareChange } from './github/prepared-change.ts'
import { type PullRequestPublication, publishPullRequest } from './github/pull-request.ts'
import { tameMarkdown } from './markdown/tame.ts'
import { judged, nothing, type Published, type Ready } from './publication.ts'
import type { PublishChoice } from './publish-inputs.ts'
import type { Result } from './result.ts'
import { safeLine } from './session/log-line.ts'

/** A change that is not whole is nobody's to commit: it stays a patch. */
export async function publishChange(
  result: Result,
  ready: Ready,
  signal: AbortSignal,
): Promise<Result> {
  const { what, policy } = ready.publish
  const wanted = what.filter((one) => one !== 'comment')
  if (wanted.length === 0) return result
  const reason = whyNoChange(result)
  if (reason !== undefined || !result.change)
    return judged({ ...result, published: { ...nothing, problems: [reason ?? ''] } })
  const { base = '' } = result.change
  const { github, env, temporary, patchFile, redactor } = ready
  const saved = { github, env, temporary, base, policy, scan: redactor }
  const change: PreparedChange = patchFile
    ? await prepareChange({ ...saved, patchFile }, signal)
    : { verdicts: [] }
  let all = nothing
  for (const one of wanted) {
    const act = one === 'commit' ? commit : propose
    all = join(all, await act(change, { ...ready, result }, signal))
  }
  // Names of files are the agent's words, too.
  const published = await redactor.clean(all, signal)
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
  { github, publish, event, result, redactor }: Changing,
  signal: AbortSignal,
): Promise<PullRequestPublication> {
  const { base, title, draft, labels } = publish.pullRequest
  const baseBranch = base ?? baseOf(event)
  const { server } = github
  const { repository, answer } = result
  // What is invisible and taken out may have stood inside of a secret.
  const body = tameMarkdown(answer, { server, repository, closes: true })
  const todo = {
    ...{ github, change, baseBranch, title, draft, labels },
    branch: publish.branch ?? ownBranchName(event),
    body: await redactor.clean(body, signal),
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

import { branchOf, type Event, workBranchOf } from '../event/event.ts'
import { type CommitDestination, publishCommit } from '../github/commit.ts'
import { ownBranchName } from '../github/own-branch.ts'
import { type PreparedChange, prepareChange } from '../github/prepared-change.ts'
import { type PullRequestPublication, publishPullRequest } from '../github/pull-request.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import { type Publication, tameMarkdown } from '../markdown/tame.ts'
import type { Result } from '../result.ts'
import { safeLine } from '../session/log-line.ts'
import { unseenVerdicts } from './held-back.ts'
import { judged, nothing, type Published, type Ready } from './publication.ts'

/** A change that is not whole is nobody's to commit: it stays a patch. */
export async function publishChange(
  result: Result,
  ready: Ready,
  signal: AbortSignal,
): Promise<Result> {
  const wanted = ready.publish.what.filter((one) => one !== 'comment')
  if (wanted.length === 0) return result
  const reason = whyNoChange(result)
  const all =
    reason === undefined
      ? await publishWanted(wanted, { ...ready, result }, signal)
      : { ...nothing, problems: [reason] }
  // Names of files are the agent's words, too.
  const published = await ready.redactor.clean(all, signal)
  for (const line of [...published.notes, ...published.problems])
    ready.runner.info(safeLine(line, longestLine))
  return judged({ ...result, published })
}

async function publishWanted(
  wanted: readonly Exclude<PublishChoice['what'][number], 'comment'>[],
  changing: Changing,
  signal: AbortSignal,
): Promise<Published> {
  const { github, env, temporary, patchFile, redactor, publish, result } = changing
  const unseen = unseenVerdicts(result.change)
  if (patchFile === undefined && unseen.length > 0) return { ...nothing, files: [...unseen] }
  const { base = '' } = result.change ?? {}
  const saved = { github, env, temporary, base, policy: publish.policy, scan: redactor }
  const change: PreparedChange = patchFile
    ? await prepareChange({ ...saved, patchFile }, signal)
    : { verdicts: [] }
  let all = nothing
  for (const one of wanted)
    all = join(all, await (one === 'commit' ? commit : propose)(change, changing, signal))
  return { ...all, files: [...(all.files ?? []), ...unseen] }
}

/** Why a change is not published at all. */
function whyNoChange({ outcome, change }: Result): string | undefined {
  if (outcome !== 'completed')
    return `The run ended as ${outcome}, so its change was not published. What there is of it is in the patch file.`
  if (change === undefined) return 'The run has no change to publish: its mode was not implement.'
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
  const body = bodyOf(answer, { server, repository, closes: true })
  const todo = {
    ...{ github, change, baseBranch, title, draft, labels },
    branch: publish.branch ?? ownBranchName(event),
    // What is invisible and taken out may have stood inside of a secret.
    body: await redactor.clean(body, signal),
    words: wordsOf(publish, result),
  }
  return await publishPullRequest(todo, signal)
}

/** A pull request's body has at most 65,536 characters; this many are read of an answer, since some may be taken out. */
const readable = 3 * 65_536

function bodyOf(answer: string, publication: Publication): string {
  const body = tameMarkdown(answer.slice(0, readable), publication)
  return answer.length > readable ? `${body}\n\nThe rest is in the run directory.` : body
}

/** The branch that the change was made on; of a fork's pull request, the one that it is for. */
function baseOf(event: Event): string | undefined {
  const { kind, head, base } = event
  if (kind !== 'pull request') return branchOf(event)
  return head?.fork === false ? head.ref : base?.ref
}

function wordsOf({ commitMessage }: PublishChoice, { model, variant, runUrl }: Result) {
  return { message: commitMessage, model, variant, runUrl }
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

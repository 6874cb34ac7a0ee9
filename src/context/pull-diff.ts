import * as z from 'zod'
import { UserError } from '../errors.ts'
import { answerText, isRateLimit, statusOf } from '../github/answer.ts'
import type { GitHub } from '../github/client.ts'
import { quote } from '../text/text.ts'
import { type FileDiff, listedFiles, readFileDiff } from './file-diff.ts'
import { type Caps, type Selection, selectFiles } from './selection.ts'

/** What a pull request changes, as much of it as is shown. */
export type PullDiff = Selection & {
  readonly number: number
  /** The commits that GitHub named just before it gave the diff. */
  readonly baseSha: string
  readonly headSha: string
  readonly additions: number
  readonly deletions: number
  /** How many files are changed, the ones that are not shown included. */
  readonly changedFiles: number
  /** How many of them GitHub lists: at most 3,000. */
  readonly givenFiles: number
}

const caps: Caps = { all: 200_000, file: 40_000 }

const end = z.object({ sha: z.string() })
const pullRequest = z.object({
  base: end,
  head: end,
  additions: z.number(),
  deletions: z.number(),
  changed_files: z.number(),
})

/** Reads the diff of a pull request. Throws a `UserError` (`config-invalid`) if GitHub refuses it. */
export async function readDiff(
  { octokit, owner, repo }: GitHub,
  number: number,
  signal: AbortSignal,
): Promise<PullDiff> {
  const asked = { owner, repo, pull_number: number }
  try {
    const { data } = await octokit.rest.pulls.get(asked)
    const { base, head, additions, deletions, changed_files } = pullRequest.parse(data)
    const pages = octokit.paginate.iterator(octokit.rest.pulls.listFiles, {
      ...asked,
      per_page: 100,
    })
    const files: FileDiff[] = []
    for await (const page of pages) {
      signal.throwIfAborted()
      files.push(...listedFiles.parse(page.data).map(readFileDiff))
    }
    return {
      ...{ number, additions, deletions, changedFiles: changed_files, givenFiles: files.length },
      ...{ baseSha: base.sha, headSha: head.sha },
      ...selectFiles(files, caps),
    }
  } catch (error) {
    signal.throwIfAborted()
    throw problemOf(error, number)
  }
}

function problemOf(error: unknown, number: number): unknown {
  const message = answerText(error)
  if (message === undefined) return error
  const status = statusOf(error)
  const isRefused = !isRateLimit(error) && [401, 403, 404].includes(status ?? 0)
  const how = status === undefined ? quote(message) : `${status}, ${quote(message)}`
  const advice = isRefused
    ? 'Give the job the permission pull-requests: read, or set context to event.'
    : 'Run it again, or set context to event.'
  const what = `context: the diff of pull request #${number} could not be read from GitHub`
  return new UserError('config-invalid', `${what} (${how}). ${advice}`, { cause: error })
}

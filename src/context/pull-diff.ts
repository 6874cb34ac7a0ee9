import * as z from 'zod'
import { UserError } from '../errors.ts'
import { isRateLimit, statusOf } from '../github/answer.ts'
import type { GitHub } from '../github/client.ts'
import { messageOf, quote } from '../text.ts'
import { cleanFileDiff, type RawFileDiff } from './file-diff.ts'
import { fromListed, listedFiles } from './listed.ts'
import { type Caps, type Selection, selectFiles } from './selection.ts'
import { parseUnified } from './unified.ts'

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
  /** Of how many GitHub gave anything: it ends after 3,000. */
  readonly givenFiles: number
}

/** The diff, or why there is none. */
export type DiffReading =
  | { readonly diff: PullDiff; readonly problem?: undefined }
  | { readonly diff?: undefined; readonly problem: UserError }

const caps: Caps = { all: 200_000, file: 40_000 }

const end = z.object({ sha: z.string() })
const pullRequest = z.object({
  base: end,
  head: end,
  additions: z.number(),
  deletions: z.number(),
  changed_files: z.number(),
})
/** octokit gives bytes where the answer names no character set. */
const diffText = z.union([
  z.string(),
  z.instanceof(ArrayBuffer).transform((bytes) => new TextDecoder().decode(bytes)),
])

/** Reads the diff of a pull request. What GitHub refuses is a problem, `config-invalid`; an abort is thrown. */
export async function readDiff(
  github: GitHub,
  number: number,
  signal: AbortSignal,
): Promise<DiffReading> {
  try {
    const pull = await readPull(github, number, signal)
    const files = (await readFiles(github, number, signal)).map(cleanFileDiff)
    return { diff: { number, ...pull, givenFiles: files.length, ...selectFiles(files, caps) } }
  } catch (error) {
    signal.throwIfAborted()
    if (!isAnswer(error)) throw error
    return { problem: problemOf(error, number) }
  }
}

async function readPull(github: GitHub, number: number, signal: AbortSignal) {
  signal.throwIfAborted()
  const { data } = await github.octokit.rest.pulls.get(pullOf(github, number))
  const { base, head, additions, deletions, changed_files } = pullRequest.parse(data)
  const changedFiles = changed_files
  return { baseSha: base.sha, headSha: head.sha, additions, deletions, changedFiles }
}

/** GitHub refuses diffs of more than 20,000 lines or 300 files by 406; the list has up to 3,000 files. */
async function readFiles(
  github: GitHub,
  number: number,
  signal: AbortSignal,
): Promise<readonly RawFileDiff[]> {
  signal.throwIfAborted()
  try {
    const asked = { ...pullOf(github, number), mediaType: { format: 'diff' } }
    const { data } = await github.octokit.rest.pulls.get(asked)
    return parseUnified(diffText.parse(data))
  } catch (error) {
    if (statusOf(error) !== 406) throw error
    return await listFiles(github, number, signal)
  }
}

async function listFiles(
  github: GitHub,
  number: number,
  signal: AbortSignal,
): Promise<readonly RawFileDiff[]> {
  const { paginate, rest } = github.octokit
  const files: RawFileDiff[] = []
  const asked = { ...pullOf(github, number), per_page: 100 }
  for await (const { data } of paginate.iterator(rest.pulls.listFiles, asked)) {
    signal.throwIfAborted()
    files.push(...listedFiles.parse(data).map(fromListed))
  }
  return files
}

function pullOf({ owner, repo }: GitHub, pull_number: number) {
  return { owner, repo, pull_number }
}

/** Something that came back from GitHub, or did not come; anything else is a defect. */
function isAnswer(error: unknown): error is Error {
  return error instanceof z.ZodError || (error instanceof Error && 'status' in error)
}

function problemOf(error: Error, number: number): UserError {
  const status = statusOf(error)
  const refused = !isRateLimit(error) && [401, 403, 404].includes(status ?? 0)
  const said = error instanceof z.ZodError ? 'its answer was not complete' : quote(messageOf(error))
  const what = `context: the diff of pull request #${number} could not be read from GitHub`
  const how = status === undefined ? said : `${status}, ${said}`
  const advice = refused
    ? 'Give the job the permission pull-requests: read, or set context to event.'
    : 'Run it again, or set context to event.'
  return new UserError('config-invalid', `${what} (${how}). ${advice}`, { cause: error })
}

import * as z from 'zod'
import { createMatcher } from '../policy/globs.ts'
import { oneLine } from '../text/text.ts'
import { cleanForeignCode } from './foreign-text.ts'

/** What a pull request does to one file. */
export type FileDiff = {
  /** Its name afterwards. */
  readonly path: string
  readonly additions: number
  readonly deletions: number
  /** Clean; undefined where there is none, and then `why` says the reason. */
  readonly text: string | undefined
  readonly why: string | undefined
  /** How many invisible characters were taken out. */
  readonly invisible: number
}

/** A page of `GET /repos/{owner}/{repo}/pulls/{pull_number}/files`. */
export const listedFiles = z.array(
  z.object({
    filename: z.string(),
    previous_filename: z.string().optional(),
    status: z.string(),
    additions: z.number(),
    deletions: z.number(),
    patch: z.string().optional(),
  }),
)

type ListedFile = z.infer<typeof listedFiles>[number]

/** A file of GitHub's list as git would show it; GitHub gives no patch of binary and of large files. */
export function readFileDiff(file: ListedFile): FileDiff {
  const { filename: path, status, additions, deletions, patch } = file
  const isEmpty = additions + deletions === 0
  const counts = { path, additions, deletions }
  if (patch === undefined && !(status === 'renamed' && isEmpty)) {
    const why = isEmpty ? 'binary or empty' : 'GitHub has no patch for it'
    return { ...counts, text: undefined, why, invisible: 0 }
  }
  return { ...counts, ...cleanForeignCode(asUnified(file)), why: undefined }
}

function asUnified({ filename, previous_filename, status, patch }: ListedFile): string {
  // A name of more than one line would begin others.
  const [from, to] = [oneLine(previous_filename ?? filename), oneLine(filename)]
  const moved = from === to ? [] : [`rename from ${from}`, `rename to ${to}`]
  const before = status === 'added' ? '/dev/null' : `a/${from}`
  const after = status === 'removed' ? '/dev/null' : `b/${to}`
  const hunks = patch === undefined ? [] : [`--- ${before}`, `+++ ${after}`, patch]
  return [`diff --git a/${from} b/${to}`, ...moved, ...hunks].join('\n')
}

/** Whether a tool writes the file rather than a person, by its name: such files are shown after all others. */
export const isGenerated: (path: string) => boolean = createMatcher(
  [
    '**/*{.lock,.lockb,.lockfile,.lock.json,-lock.json,-lock.yaml,.snap,.map}',
    '**/{npm-shrinkwrap.json,go.sum,go.work.sum}',
    '**/*.{min,generated,g,pb}.*',
    '**/*_pb2{,_grpc}.py{,i}',
    '**/{dist,vendor,node_modules,__generated__,__snapshots__}/**',
  ],
  { ignoreCase: true },
)

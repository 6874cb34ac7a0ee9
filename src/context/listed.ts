import * as z from 'zod'
import { oneLine } from '../text.ts'
import type { RawFileDiff } from './file-diff.ts'

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

type Listed = z.infer<typeof listedFiles>[number]

/** A file of GitHub's list as git would show it; GitHub gives no patch of binary and of large files. */
export function fromListed(file: Listed): RawFileDiff {
  const { filename, status, additions, deletions, patch } = file
  const shown = patch !== undefined || status === 'renamed'
  const text = shown && (patch !== undefined || additions + deletions === 0)
  const why = additions + deletions === 0 ? 'binary or empty' : 'GitHub gives no patch of it'
  const counts = { path: filename, additions, deletions }
  return text
    ? { ...counts, text: asUnified(file), why: undefined }
    : { ...counts, text: undefined, why }
}

function asUnified({ filename, previous_filename, status, patch }: Listed): string {
  // A name of more than one line would begin others.
  const [from, to] = [oneLine(previous_filename ?? filename), oneLine(filename)]
  const moved = from === to ? [] : [`rename from ${from}`, `rename to ${to}`]
  const before = status === 'added' ? '/dev/null' : `a/${from}`
  const after = status === 'removed' ? '/dev/null' : `b/${to}`
  const hunks = patch === undefined ? [] : [`--- ${before}`, `+++ ${after}`, patch]
  return [`diff --git a/${from} b/${to}`, ...moved, ...hunks].join('\n')
}

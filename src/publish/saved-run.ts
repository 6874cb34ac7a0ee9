import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { UserError } from '../errors.ts'
import { outcomes } from '../outcome.ts'
import { isPlainModel, isPlainVariant } from '../policy/model-name.ts'
import type { Result } from '../result.ts'
import { noUsage } from '../session/usage.ts'
import { messageOf, oneLine, parseJson } from '../text/text.ts'
import { readPlainFile } from '../workspace/plain-file.ts'
import { unseenReasons } from '../workspace/unseen.ts'
import { listedFiles, readableAnswer } from './comment-body.ts'

/** An answer, and 2 MiB for the rest. */
const largestRun = 8 * 1024 * 1024
const largestPatch = 100 * 1024 * 1024
/** Twice what a patch carries: before and after. */
const largestUnpacked = 512 * 1024 * 1024
/** As long as a path can be. */
const longestLine = 4096
const mostLines = 50
const mostFiles = 10_000

/** Cut, and without halves of characters. */
function text(longest: number) {
  return z.string().transform((value) => value.slice(0, longest).toWellFormed())
}

/** Cut before its items are read. */
function list<T extends z.ZodType>(item: T, most: number) {
  return z
    .array(z.unknown())
    .transform((items) => items.slice(0, most))
    .pipe(z.array(item))
}

const line = text(longestLine)
const count = z.int().min(0).max(1e9)

/** A name that is not plain is left out: it goes into the commit's message. */
const name = (isPlain: (value: string | undefined) => value is string) =>
  z
    .string()
    .optional()
    .transform((value) => (isPlain(value) ? value : undefined))

const file = z.object({ path: line, additions: count.optional(), deletions: count.optional() })

/** The part of a run that is published, and nothing else: its author may have written anything. */
const savedRun = z.object({
  schema: z.literal(1),
  outcome: z.enum(outcomes),
  mode: z.enum(['check', 'plan', 'implement']).optional(),
  reason: line,
  problems: list(line, mostLines),
  // One character more than is published shows that it is longer.
  answer: text(readableAnswer + 1),
  partial: z.boolean(),
  model: name(isPlainModel),
  variant: name(isPlainVariant),
  priced: z.boolean(),
  usage: z.object({ cost: z.number().min(0).max(1e6), steps: count }),
  duration: z.number().min(0).max(1e7),
  change: z
    .object({
      base: z
        .string()
        .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
        .optional(),
      // A comment names only the first files; the others are counted.
      files: list(file, mostFiles).transform((files) =>
        files.map((one, at) => ({ ...(at < listedFiles ? one : { path: '' }), status: '' })),
      ),
      unseen: list(z.object({ path: line, reason: z.enum(unseenReasons) }), mostLines),
      patchFile: z.string().optional(),
    })
    .optional(),
})

/**
 * What is published of a run that another job saved. None of it is trusted, so the destination and its links stay empty.
 * Throws `UserError` (`config-invalid`).
 */
export function readSavedRun(directory: string): Result {
  try {
    const content = readFile(join(directory, 'run.json'), largestRun).toString()
    const { usage, ...run } = savedRun.parse(parseJson(content))
    return {
      ...run,
      ...{ usage: { ...noUsage, ...usage }, repository: '', event: '', runDirectory: directory },
      ...{ attempts: [], tools: [], refusals: [], notes: [], timings: {} },
      startedAt: new Date().toISOString(),
    }
  } catch (cause) {
    const why = oneLine(messageOf(cause)).slice(0, 300)
    const message = `run-directory: ${directory} does not hold a run of this action (run.json: ${why}). Point it at the folder into which actions/download-artifact put the run directory.`
    throw refuse(message, cause)
  }
}

/** Copies the patch of a saved run to a folder of this job. Throws `UserError` (`config-invalid`). */
export function takeSavedPatch(directory: string, temporary: string): string {
  const path = join(directory, 'changes.patch')
  try {
    const patch = readFile(path, largestPatch)
    if (unpackedSize(patch) > largestUnpacked) throw new Error('it unpacks to more than 512 MiB')
    const copy = join(temporary, 'saved.patch')
    writeFileSync(copy, patch, { mode: 0o600 })
    return copy
  } catch (cause) {
    const message = `run-directory: ${path} can't be read (${oneLine(messageOf(cause))}). Download the whole run directory.`
    throw refuse(message, cause)
  }
}

/** What the binary files of a patch take in git's memory, as the patch says; git refuses one that says less than there is. */
function unpackedSize(patch: Buffer): number {
  const sizes = patch.toString('latin1').matchAll(/^(?:literal|delta) (\d+)$/gm)
  return sizes.reduce((sum, [, size]) => sum + Number(size), 0)
}

function refuse(message: string, cause: unknown): UserError {
  return new UserError('config-invalid', message, { cause })
}

/** Throws an `Error` with the reason why a file is not read. */
function readFile(path: string, most: number): Buffer {
  const { bytes, problem } = readPlainFile(path, most)
  if (bytes === undefined) throw new Error(`it ${problem}`)
  return bytes
}

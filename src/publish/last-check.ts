import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Result } from '../result.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { messageOf } from '../text/text.ts'
import { factsOf } from './facts.ts'
import { conclude, nothing } from './publication.ts'
import { saveAnswer } from './run-directory.ts'

/** A result that may leave; `isWhole` is false where the facts are all of it. */
export type Checked = { readonly result: Result; readonly isWhole: boolean }

/**
 * Takes the secrets out of a result. Where that is not possible in time, only the facts of it remain: the outcome stays
 * what it was, unless a completed run was to be published, which then was not, or the workflow was cancelled.
 */
export async function checkResult(
  result: Result,
  { redactor, publishes }: { readonly redactor: Redactor; readonly publishes: boolean },
  signal: AbortSignal,
): Promise<Checked> {
  try {
    return { result: await redactor.clean(result, signal), isWhole: true }
  } catch (error) {
    const reason = `${messageOf(error)} The answer, the names and the files of this run are left out.`
    const outcome = signal.aborted ? 'cancelled' : result.outcome
    const facts: Result = { ...factsOf(result), outcome, reason }
    const problems = publishes ? [reason] : []
    const published = { ...nothing, ...facts.published, problems }
    return { result: publishes ? conclude({ ...facts, published }) : facts, isWhole: false }
  }
}

const limitMs = 60_000

/**
 * Saves the answer of a clean result, and moves what else the run wrote to its run directory without the secrets in it,
 * the smallest files first. What can't be checked in time is not kept.
 */
export async function saveFiles(
  result: Result,
  { staged, redactor }: { readonly staged: string; readonly redactor: Redactor },
  signal: AbortSignal,
): Promise<Result> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const moved = new Map<string, string>()
  const lost: string[] = []
  const lose = (name: string) => (error: unknown) => {
    lost.push(`${name} is not kept: ${messageOf(error)}`)
    return undefined
  }
  const answerFile = await Promise.try(saveAnswer, result).catch(lose('answer.md'))
  for (const from of smallestFirst(staged)) {
    const to = join(result.runDirectory, basename(from))
    const move = redactor.moveFile({ from, to }, limit)
    await move.then(() => moved.set(from, to), lose(basename(from)))
  }
  const kept = withPatches(result, (path) => moved.get(path))
  return { ...kept, answerFile, notes: [...kept.notes, ...notesOn(redactor), ...lost] }
}

function smallestFirst(folder: string): readonly string[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map(({ name }) => join(folder, name))
  const sizes = new Map(paths.map((path) => [path, statSync(path).size]))
  return paths.toSorted((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0))
}

/** No output names a file that is not there. */
function withPatches(result: Result, place: (path: string) => string | undefined): Result {
  const placed = (path: string | undefined) => path && place(path)
  const { change } = result
  return {
    ...result,
    change: change && { ...change, patchFile: placed(change.patchFile) },
    attempts: result.attempts.map((one) => ({ ...one, patchFile: placed(one.patchFile) })),
  }
}

function notesOn(redactor: Redactor): string[] {
  const found = redactor.found()
  const taken = `Secrets stood in what was saved, and were replaced by ***: ${found.join('; ')}. A patch is without the files that held one.`
  return found.length > 0 ? [taken] : []
}

import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { type Result, resultSchema } from '../result.ts'
import { messageOf, oneLine } from '../wording.ts'

const largestRun = 20 * 1024 * 1024
const mostItems = 1000

/**
 * A run that another job saved, none of which is trusted: its files must be plain and of a bearable size, and `run.json`
 * of the form that this version writes. Throws `UserError` (`config-invalid`).
 */
export function readSavedRun(directory: string): Result {
  const path = join(directory, 'run.json')
  try {
    const found = lstatSync(path)
    if (!found.isFile()) throw new Error('run.json is not a plain file')
    if (found.size > largestRun) throw new Error('run.json is larger than 20 MiB')
    return bearable(resultSchema.parse(JSON.parse(readFileSync(path, 'utf8'))))
  } catch (error) {
    throw noRun(directory, error)
  }
}

function noRun(directory: string, cause: unknown): UserError {
  const message = `run-directory: ${directory} holds no run of this action (${oneLine(messageOf(cause)).slice(0, 300)}). Point it at what actions/download-artifact made of the run directory.`
  return new UserError('config-invalid', message, { cause })
}

const largestPatch = 100 * 1024 * 1024

/** The patch of a saved run: a plain file of a bearable size. Throws `UserError` (`config-invalid`). */
export function findSavedPatch(directory: string): string {
  const path = join(directory, 'changes.patch')
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found?.isFile() && found.size <= largestPatch) return path
  const message = `run-directory: ${path} is missing, is no plain file, or is larger than 100 MiB. Download the whole run directory.`
  throw new UserError('config-invalid', message)
}

/** Lists that nobody would read to their end. */
function bearable(run: Result): Result {
  const cut = <T>(list: readonly T[]) => list.slice(0, mostItems)
  const change = run.change && { ...run.change, files: cut(run.change.files) }
  return {
    ...run,
    ...(change && { change }),
    problems: cut(run.problems),
    notes: cut(run.notes),
    refusals: cut(run.refusals),
  }
}

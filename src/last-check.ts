import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { RunFiles } from './publish/run-directory.ts'
import type { Result } from './result.ts'
import type { Gate } from './trust/gate.ts'
import type { Finding } from './trust/leaks.ts'

const limitMs = 60_000

/** Takes secrets out of a result and of all files of its run directory, however they are written; notes what was found. */
export async function checkForSecrets(
  result: Result,
  { files, gate }: { files: RunFiles; gate: Gate },
  signal: AbortSignal,
): Promise<Result> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const clean = await gate.clean(result)
  const paths = existsSync(files.directory) ? readdirSync(files.directory) : []
  const removed = await gate.cleanFiles(
    paths.map((name) => join(files.directory, name)),
    limit,
  )
  const kept = withoutRemoved(clean, removed)
  return { ...kept, notes: [...clean.notes, ...notesOn(gate.found(), removed)] }
}

/** No output names a file that is not there. */
function withoutRemoved(result: Result, removed: readonly string[]): Result {
  const keep = (path: string | undefined) => (path && removed.includes(path) ? undefined : path)
  const { change } = result
  return {
    ...result,
    answerFile: keep(result.answerFile),
    change: change && { ...change, patchFile: keep(change.patchFile) },
  }
}

function notesOn(found: readonly Finding[], removed: readonly string[]): string[] {
  const kinds = found.map((finding) =>
    finding.kind === 'token' ? `a token (${finding.rule})` : `a known secret (${finding.encoding})`,
  )
  const taken = `Secrets stood in what was saved, and were replaced by ***: ${kinds.join(', ')}. A patch is without the files that held one.`
  const names = removed.map((path) => basename(path)).join(', ')
  const lost = `Not kept, since there was no time to look for secrets in it: ${names}.`
  return [...(kinds.length > 0 ? [taken] : []), ...(removed.length > 0 ? [lost] : [])]
}

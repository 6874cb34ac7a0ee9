import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '../../src/result.ts'
import { resultWith } from './result.ts'

/** A saved run that completed elsewhere, as someone who wrote all of it would have it. */
export function forgedRun(difference: Readonly<Record<string, unknown>> = {}): object {
  const elsewhere: Partial<Result> = {
    repository: 'evil/other',
    runUrl: 'https://evil.example/run',
    runDirectory: '/elsewhere',
  }
  return { ...resultWith(elsewhere), ...difference }
}

/** A run directory with this `run.json`: a value, or its text. */
export function runDirectory(run: object | string, patch?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'opencode-driver-saved-'))
  const text = typeof run === 'string' ? run : JSON.stringify(run)
  writeFileSync(join(directory, 'run.json'), text)
  if (patch !== undefined) writeFileSync(join(directory, 'changes.patch'), patch)
  return directory
}

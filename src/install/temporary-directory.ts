import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { failureOf } from './failure.ts'

/** A new empty directory in `parent` that goes away with its scope. */
export async function temporaryDirectory(
  parent: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(parent, 'opencode-')).catch((error: unknown) => {
    const message = `No directory for opencode can be made in ${parent} (${failureOf(error).code}). Check that RUNNER_TEMP is a directory that the runner can write to.`
    throw new UserError('install-failed', message, { cause: error })
  })
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Windows holds an executable for a moment after its end. What then is left, the runner clears with RUNNER_TEMP.
      await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
    },
  }
}

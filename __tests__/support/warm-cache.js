/** Installs opencode once, before the test files run side by side. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedToolCache } from '../../scripts/local-runner.ts'
import { readDefaults } from '../../src/defaults.ts'
import { installOpencode } from '../../src/install/install.ts'

export default async function warmCache() {
  const temporary = mkdtempSync(join(tmpdir(), 'opencode-driver-warm-'))
  Object.assign(process.env, { RUNNER_TOOL_CACHE: sharedToolCache, RUNNER_TEMP: temporary })
  const version = readDefaults()['opencode-version']
  const log = (line) => process.stdout.write(`${line}\n`)
  const binary = await installOpencode(
    { version, temporary, env: process.env, log },
    AbortSignal.timeout(300_000),
  )
  process.env.TEST_OPENCODE_PATH = binary.path
  rmSync(temporary, { recursive: true, force: true })
}

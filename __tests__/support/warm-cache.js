/** Installs opencode and bubblewrap once, before the test files run side by side. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedToolCache } from '../../scripts/local-runner.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { installOpencode } from '../../src/install/install.ts'
import { provideBubblewrap } from '../../src/sandbox/bubblewrap.ts'

export default async function warmCache() {
  const temporary = mkdtempSync(join(tmpdir(), 'opencode-driver-warm-'))
  Object.assign(process.env, { RUNNER_TOOL_CACHE: sharedToolCache, RUNNER_TEMP: temporary })
  const version = readDefaults()['opencode-version']
  const log = (line) => process.stdout.write(`${line}\n`)
  const signal = AbortSignal.timeout(300_000)
  const binary = await installOpencode({ version, temporary, env: process.env, log }, signal)
  process.env.TEST_OPENCODE_PATH = binary.program.path
  await warmSandbox(log, signal)
  rmSync(temporary, { recursive: true, force: true })
}

/** Without a sandbox its tests are skipped, but not in CI. */
async function warmSandbox(log, signal) {
  const { why } = await provideBubblewrap({ env: process.env, log }, signal)
  process.env.TEST_SANDBOX = why === undefined ? 'yes' : ''
  if (why === undefined) return
  if (process.env.CI) throw new Error(`There is no sandbox to test: ${why}.`)
  log(`The tests of the sandbox are skipped: ${why}.`)
}

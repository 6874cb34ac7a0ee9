import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Inputs } from '../inputs/inputs.ts'
import { connect } from '../opencode/connect.ts'
import { isSecretName, providersWithKey, providerVariables } from '../providers/variables.ts'
import { readPlainFile } from '../workspace/plain-file.ts'
import type { World } from '../world.ts'
import type { Server } from './server.ts'
import { listThefts, type Theft, theftScript } from './thefts.ts'

const canary = 'opencode-driver-canary'

/**
 * Tries from inside, with the server's shell, to steal and to break, and reports what was kept out: in mode `check`, on a
 * server that the action started. Resolves with a sentence on the result.
 */
export async function testIsolation(
  inputs: Inputs,
  world: World & { readonly server: Server; readonly directory: string },
  signal: AbortSignal,
): Promise<string> {
  const { folder } = world.server
  if (folder === undefined || process.platform === 'win32') return ''
  const left = join(folder, `self-test-${randomUUID()}`)
  const canaryFile = join(world.temporary, 'canary')
  mkdirSync(left)
  writeFileSync(canaryFile, canary)
  const keys = keysIn(world.env, inputs)
  const thefts = listThefts({ env: world.env, canaryFile, canary, root: inputs.directory, keys })
  await runScript(theftScript(thefts, left), world, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    world.runner.debug(String(error))
  })
  if (!existsSync(join(left, 'end'))) {
    world.report.note('The self-test of the isolation did not finish, so it proves nothing.')
    return ''
  }
  const results = thefts.map((theft, index) => {
    return { what: theft.what, result: resultOf(theft, join(left, String(index))) }
  })
  world.report.know({ selfTest: results })
  for (const { what, result } of results) world.runner.info(`${labels[result]}: ${what}`)
  world.report.mark('tested')
  const open = results.filter(({ result }) => result === 'open').length
  const tried = results.filter(({ result }) => result !== 'not there').length
  return ` Of ${tried} thefts tried from inside, ${open > 0 ? open : 'none'} succeeded.`
}

const labels = { 'kept out': 'Kept out', open: 'Not kept out', 'not there': 'Not tried' } as const

/** The keys that the step has for providers of opencode's catalogue, and for those of its configuration. */
function keysIn(env: World['env'], { config }: Inputs): readonly string[] {
  const providers = [...providersWithKey(env), ...Object.keys(config.provider ?? {})]
  const names = providers.flatMap((id) => providerVariables(id, config))
  return [...new Set(names)].filter(isSecretName).flatMap((name) => env[name] || [])
}

async function runScript(
  script: string,
  { directory, server }: { directory: string; server: Server },
  signal: AbortSignal,
): Promise<void> {
  await using client = connect(server.address, directory)
  const session = await client.createSession({ title: 'Self-test', permission: [] }, signal)
  await client.shell(session.id, script, signal)
  await client.deleteSession(session.id, signal)
}

/** What came of a theft whose output is in `file`. */
function resultOf({ trace, pattern }: Theft, file: string): keyof typeof labels {
  if (!existsSync(`${file}.tried`)) return 'not there'
  const succeeded = trace === undefined ? pattern.test(readOutput(file)) : existsSync(trace)
  if (trace !== undefined) rmSync(trace, { force: true })
  return succeeded ? 'open' : 'kept out'
}

const mostBytes = 64 * 1024 * 1024

/** Of a file, and nothing else that code of the checkout could have put in its place. */
function readOutput(path: string): string {
  return readPlainFile(path, mostBytes).bytes?.toString('latin1') ?? ''
}

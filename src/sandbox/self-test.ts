import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Inputs } from '../inputs/inputs.ts'
import { connect } from '../opencode/connect.ts'
import { isSecretName, providersWithKey, providerVariables } from '../providers/variables.ts'
import type { Server } from '../servers/server.ts'
import { readPlainFile } from '../workspace/plain-file.ts'
import type { World } from '../world.ts'
import { judgeTheft, listThefts, type Theft, theftScript } from './thefts.ts'

const canary = 'opencode-driver-canary'

/**
 * Tries from inside, with the server's own shell, to steal and to break, and reports what was kept out: in mode `check`,
 * on a server of the action's own. Resolves with a sentence of what came of it.
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
  const thefts = listThefts({
    env: world.env,
    canaryFile,
    canary,
    root: inputs.directory,
    pid: process.pid,
    action: import.meta.dirname,
    keys: keysIn(world.env, inputs),
    exists: existsSync,
  })
  const script = theftScript(thefts, left)
  await runScript(script, world, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    world.runner.debug(String(error))
  })
  if (!existsSync(join(left, 'end'))) {
    world.report.note('The self-test of the isolation did not come to its end: it says nothing.')
    return ''
  }
  const results = thefts.map((theft, at) => ({
    what: theft.what,
    result: existsSync(join(left, `${at}.tried`))
      ? judgeTheft(theft, traceOf(theft) ?? readLeft(join(left, String(at))))
      : ('not there' as const),
  }))
  world.report.know({ selfTest: results })
  for (const { what, result } of results) world.runner.info(`${words[result]}: ${what}`)
  world.report.mark('tested')
  const open = results.filter(({ result }) => result === 'open').length
  const tried = results.filter(({ result }) => result !== 'not there').length
  return ` Of ${tried} thefts tried from inside, ${open > 0 ? open : 'none'} succeeded.`
}

const words = { 'kept out': 'Kept out', open: 'Not kept out', 'not there': 'Not tried' }

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

/** What a theft left in the checkout; undefined if it is not one that would. */
function traceOf({ trace }: Theft): string | undefined {
  if (trace === undefined) return undefined
  if (!existsSync(trace)) return ''
  rmSync(trace, { force: true })
  return trace
}

const mostBytes = 64 * 1024 * 1024

/** Of a file, and nothing else that code of the checkout could have put in its place. */
function readLeft(path: string): string {
  return readPlainFile(path, mostBytes).bytes?.toString('latin1') ?? ''
}

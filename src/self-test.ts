import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Inputs } from './inputs.ts'
import { createClient } from './opencode/client.ts'
import type { Service } from './service.ts'
import { isKeptOut, listThefts, theftScript } from './trust/thefts.ts'
import type { World } from './world.ts'

const limitMs = 20_000
const canary = 'opencode-driver-canary'

/**
 * Tries from inside, with the server's own shell, to steal and to break, and reports what was kept out. In mode `check`
 * on a server of the action's own, unless `isolation` is `off`.
 */
export async function testIsolation(
  inputs: Inputs,
  world: World & { readonly service: Service },
  signal: AbortSignal,
): Promise<void> {
  const { folder } = world.service.server()
  if (folder === undefined || inputs.isolation === 'off' || process.platform === 'win32') return
  const left = join(folder, 'self-test')
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
  })
  const script = join(folder, 'self-test.sh')
  writeFileSync(script, theftScript(thefts, left))
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  await runScript(script, { inputs, service: world.service }, limit)
  if (!existsSync(join(left, 'end'))) {
    world.report.note('The self-test of the isolation did not come to its end: it says nothing.')
    return
  }
  const results = thefts.map((theft, at) => ({
    what: theft.what,
    keptOut: isKeptOut(theft, readLeft(join(left, String(at)))),
  }))
  world.report.know({ selfTest: results })
  for (const { what, keptOut } of results)
    world.runner.info(`${keptOut ? 'Kept out' : 'Not kept out'}: ${what}`)
  world.report.mark('tested')
}

async function runScript(
  script: string,
  { inputs, service }: { inputs: Inputs; service: Service },
  signal: AbortSignal,
): Promise<void> {
  await using client = createClient(service.server().address, inputs.directory)
  const session = await client.createSession({ title: 'Self-test', permission: [] }, signal)
  await client.shell(session.id, `sh '${script}'`, signal)
  await client.deleteSession(session.id, signal)
}

function readLeft(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

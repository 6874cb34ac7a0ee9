import { mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { readEvent } from '../../src/event/event.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { runProgram } from '../../src/programs/run.ts'
import { openCheckout } from '../../src/project-config/open.ts'
import { createReport } from '../../src/report.ts'
import { isolate } from '../../src/sandbox/isolation.ts'
import { openCheckoutCopies } from '../../src/tasks/places.ts'
import { sandboxTest } from '../support/sandbox.ts'
import { makeCheckout } from '../support/step.ts'

const newFolder = () => realpathSync(mkdtempSync(join(tmpdir(), 'isolation-test-')))

/** What a script prints in the sandbox of a step with these variables. */
async function runIsolated(workspace: string, variables: Record<string, string>, script: string) {
  const env = {
    PATH: process.env.PATH,
    GITHUB_WORKSPACE: workspace,
    INPUT_PROMPT: 'Do it.',
    INPUT_MODEL: 'openai/gpt-5',
    INPUT_ISOLATION: 'strict',
    ...variables,
  }
  const temporary = newFolder()
  const signal = AbortSignal.timeout(170_000)
  const event = readEvent(env)
  const ignore = () => undefined
  const runner = {
    info: ignore,
    warning: ignore,
    group: <T>(_: string, body: () => Promise<T>) => body(),
  }
  const world = {
    env,
    event,
    runner,
    report: createReport({ event, runDirectory: temporary }),
    temporary,
  }
  const opened = await openCheckout(readInputs({ env, defaults: readDefaults() }), world, signal)
  const isolating = {
    ...{ ...world, root: workspace },
    openCopies: (isMounted: boolean, within: AbortSignal) =>
      openCheckoutCopies(opened.inputs, { ...world, ...opened }, isMounted, within),
  }
  const { sandbox, copies } = await isolate(opened.inputs, isolating, signal)
  await copies?.next(signal)
  const command = sandbox?.wrap(['/bin/sh', '-c', script], newFolder())
  if (command === undefined) throw new Error('There is no sandbox.')
  return (await runProgram(command, { env: {}, limitMs: 20_000 }, signal)).stdout
}

sandboxTest(
  'the file that a variable names is shown, unless a link of the checkout leads there',
  async () => {
    const workspace = makeCheckout()
    const file = join(newFolder(), 'ca.pem')
    writeFileSync(file, 'canary')
    const link = join(workspace, 'link.pem')
    symlinkSync(file, link)
    const look = `cat ${file} ${link} 2>/dev/null; echo end`
    const ca = 'NODE_EXTRA_CA_CERTS'
    expect(await runIsolated(workspace, { [ca]: file }, look)).toBe('canarycanaryend\n')
    expect(await runIsolated(workspace, { [ca]: link }, look)).toBe('end\n')
  },
)

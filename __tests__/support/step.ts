import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runStep, type Step, type StepResult } from '../../scripts/local-runner.ts'
import { findTracked } from '../../src/programs/processes.ts'
import { type Result, resultSchema } from '../../src/result.ts'
import { type ScriptedModel, scripted } from './model.ts'

/** The model that `startScriptedModel` serves, as the input names it. */
export const scriptedModel = `${scripted.providerID}/${scripted.modelID}`

/** A step's result, with the saved run checked against its schema. */
export type CheckedResult = StepResult & {
  readonly run: Result
  readonly files: readonly string[]
  readonly read: (file: string) => string
}

/** Secrets of the step that must come out nowhere. */
export const canaries = ['ghs_canaryOfTheWorkflowToken', 'canaryOfTheRuntimeToken']

/**
 * Runs a step on the built action, and checks what holds for every ending: one outcome, an exit code that fits it, a
 * summary, a run directory that validates, no process left, no secret in anything that a person sees.
 */
export async function runChecked(
  step: Partial<Step> & Pick<Step, 'inputs'>,
): Promise<CheckedResult> {
  const result = await runStep({ workspace: makeCheckout(), ...step })
  const directory = result.outputs['run-directory'] ?? ''
  const read = (file: string) => readFileSync(join(directory, file), 'utf8')
  const run = resultSchema.parse(JSON.parse(read('run.json')))
  const files = readdirSync(directory).sort()
  const failed =
    !['completed', 'skipped'].includes(run.outcome) && step.inputs['fail-on'] !== 'never'
  const facts = {
    outcome: result.outputs.outcome,
    reasonLines: result.outputs.reason?.split('\n').length,
    exitCode: result.exitCode,
    summary: result.summary.length > 0,
    left: await findTracked({ trackingId: result.state.trackingId ?? 'none' }),
    temporary: readdirSync(result.temp).filter((name) => name.startsWith('opencode-driver-')),
    post: result.post.exitCode,
  }
  const expected = {
    outcome: run.outcome,
    reasonLines: 1,
    exitCode: failed ? 1 : 0,
    summary: true,
    left: [],
    temporary: [],
    post: 0,
  }
  assertEqual(facts, expected, result.log)
  const seen = [
    result.log,
    result.summary,
    JSON.stringify(result.outputs),
    ...files.map(read),
  ].join('\n')
  for (const canary of canaries) if (seen.includes(canary)) throw new Error(`${canary} came out`)
  return { ...result, run, files, read }
}

function assertEqual(facts: object, expected: object, log: string): void {
  const [got, wanted] = [JSON.stringify(facts), JSON.stringify(expected)]
  if (got !== wanted) throw new Error(`The ending is not as it must be.\n${got}\n${wanted}\n${log}`)
}

/** Inputs for a run on a scripted model. */
export function inputsFor(model: ScriptedModel, inputs: Readonly<Record<string, string>> = {}) {
  const config = { provider: model.provider() }
  return {
    model: scriptedModel,
    prompt: 'Do it.',
    'opencode-config': JSON.stringify(config),
    ...inputs,
  }
}

const sample = {
  'README.md': '# Sample\n\nA sample project.\n',
  'src/sum.js': 'export const sum = (a, b) => a + b\n',
  '.env': 'SECRET=of-the-checkout\n',
}

/** A git checkout in a temporary folder: one commit, clean. */
export function makeCheckout(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'opencode-driver-checkout-'))
  for (const [path, content] of Object.entries({ ...sample, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const identity = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.com']
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...identity, 'commit', '-q', '-m', 'Sample'],
  ])
    execFileSync('git', args, { cwd: root })
  return root
}

/** Runs git in a checkout. */
export function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
}

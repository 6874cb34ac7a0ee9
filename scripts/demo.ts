// Runs the built action with the real opencode and the rehearsal model on a sample repository.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { stringify } from 'yaml'
import { makeSample } from './demo-sample.ts'
import { coloured, createLogView, framed, heading, listed, print, title } from './demo-screen.ts'
import { runStep, type StepResult } from './local-runner.ts'

type Inputs = { readonly mode: string; readonly model: string; readonly prompt: string }

const uses = 'opencode-driver/opencode-driver@v0'
const plan: Inputs = {
  mode: 'plan',
  model: 'rehearsal/plan',
  prompt:
    'A parcel of exactly 30 kg is refused: see the `TODO` before the `RangeError` in `charge`. Plan the smallest fix, and a test that would have caught it.',
}
const implement: Inputs = {
  mode: 'implement',
  model: 'rehearsal/implement',
  prompt: 'A parcel of exactly 30 kg must have a price. Fix `charge`, and add the missing test.',
}
const noRipgrep =
  'glob failed: it needs ripgrep, which is not installed and could not be downloaded. The model listed only the top folder.'
const next =
  'Next, add the rehearsal workflow from README.md to a repository. It needs no key. Once you have a key, set model.'
/** Enough to download opencode over a slow connection. */
const limitMs = 15 * 60_000

const workspace = join(mkdtempSync(join(tmpdir(), 'opencode-driver-demo-')), 'parcel-price')
makeSample(workspace)
print(
  'Two workflow steps, run here as GitHub’s runner would run them.',
  'The action, opencode and git are real. The model is the built-in rehearsal model: a script, not an AI.',
  `The checkout is a sample repository: ${workspace}`,
)
const planned = await show('1 of 2: a plan', plan)
const implemented = await show('2 of 2: an implementation', implement)
print(...showPatch(implemented), ...ending([planned, implemented]))
process.exitCode = [planned, implemented].every(completed) ? 0 : 1

async function show(name: string, inputs: Inputs): Promise<StepResult> {
  print(title(name), heading('The step'), stringify([{ uses, with: inputs }]).trimEnd())
  print(heading('Its log'))
  const view = createLogView(print)
  const result = await runStep({ workspace, inputs: { ...inputs }, limitMs, onLine: view })
  result.post.log.split('\n').forEach(view)
  print(
    heading(`Its outputs (exit code ${result.exitCode} after ${result.seconds.toFixed(1)} s)`),
    ...listed(result.outputs),
    heading('The job summary, as Markdown'),
    ...framed(result.summary),
  )
  return result
}

function showPatch({ outputs }: StepResult): string[] {
  const file = outputs['patch-file']
  if (!file) return []
  return [heading('The patch (output patch-file)'), ...coloured(readFileSync(file, 'utf8'))]
}

function completed({ outputs }: StepResult): boolean {
  return outputs.outcome === 'completed'
}

function ending(results: readonly StepResult[]): string[] {
  const directories = results.map(({ outputs }) => `  ${outputs['run-directory']}`)
  const ripgrep = results.some(({ log }) => log.includes('ripgrep execution failed'))
  return [
    title('Next steps'),
    '',
    'The two runs saved their files (run.json, answer.md, transcript.json, …) here:',
    ...directories,
    ...(ripgrep ? [noRipgrep] : []),
    results.every(completed) ? next : 'A run did not complete. See its reason above.',
  ]
}

import { mkdirSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { referencedVariables } from '../opencode/config.ts'
import { modelText } from '../opencode/model.ts'
import { isInside } from '../path.ts'
import type { InputValues } from './fields.ts'
import { checkModel, checkVariables } from './opencode-config.ts'
import type { CrossCheck, Step } from './pipeline.ts'
import { checkGitHub, publishChecks } from './publish.ts'
import { workspaceOf } from './source.ts'

/** The checks that involve several inputs. */
export const inputChecks: readonly CrossCheck<InputValues>[] = [
  { needs: [], check: checkPrompt },
  {
    needs: ['opencode-config'],
    check({ 'opencode-config': config }, step) {
      const names = referencedVariables(config?.value ?? {})
      checkVariables({ input: 'opencode-config', names }, step)
    },
  },
  {
    needs: ['pass-env'],
    check: ({ 'pass-env': names }, step) => checkVariables({ input: 'pass-env', names }, step),
  },
  { needs: ['pass-env'], check: checkServer },
  { needs: ['model', 'fallback-models'], check: checkModels },
  { needs: ['model', 'opencode-config'], check: checkModelSoon },
  ...publishChecks,
  { needs: ['publish', 'mode'], check: checkPublishMode },
  {
    needs: ['context'],
    check({ context, 'github-token': token }, step) {
      if (context === 'diff') checkGitHub({ input: 'context', token }, step)
    },
  },
  { needs: ['run-directory'], check: checkRunDirectory },
]

function checkPrompt({ mode, prompt, 'prompt-file': file }: InputValues, { note }: Step): void {
  const isSet = prompt !== undefined || file !== undefined
  if (mode === 'check') {
    if (isSet) note('prompt: mode check runs no prompt. Remove the prompt, or set mode to plan.')
  } else if (!isSet)
    note('prompt: is missing. Set prompt or prompt-file (or mode: check, which needs none).')
  else if (prompt !== undefined && file !== undefined)
    note('prompt and prompt-file: both are set. Keep one.')
}

/** Inputs for starting a server have no effect on one that is already running. */
function checkServer(values: InputValues, { note }: Step): void {
  if (values['server-url'] === undefined) return
  for (const name of ['opencode-path', 'opencode-config', 'pass-env'] as const) {
    const value = values[name]
    if (value !== undefined && !(Array.isArray(value) && value.length === 0))
      note(`${name}: has no effect on a server that is already running. Remove it, or server-url.`)
  }
  if (values.isolation === 'strict')
    note(
      'isolation: strict is not possible for a server that is already running. Remove server-url, or set isolation to auto.',
    )
}

/** A model can't be its own fallback, and the rehearsal model runs only on a server that the action starts. */
function checkModels(values: InputValues, { note }: Step): void {
  const { model, 'fallback-models': fallbacks, 'server-url': url } = values
  const named = { model: model ? [model] : [], 'fallback-models': fallbacks }
  for (const [name, models] of Object.entries(named))
    if (url !== undefined && models.some(({ providerID }) => providerID === 'rehearsal'))
      note(`${name}: the rehearsal model needs a server that the action starts. Remove server-url.`)
  const text = model && modelText(model)
  if (fallbacks.some((fallback) => modelText(fallback) === text))
    note(
      `fallback-models: ${text} is the same as model. Remove it, and raise attempts to repeat a model.`,
    )
}

/** Finds a missing model early, unless a file that has not been read yet may name one. */
function checkModelSoon(values: InputValues, { note }: Step): void {
  const { mode, model, 'opencode-config': config } = values
  if (values['project-config'] !== 'ignore' || config?.path !== undefined) return
  const models = [model && modelText(model), config?.value.model]
  const isExternal = values['server-url'] !== undefined
  checkModel({ mode, isExternal, models, use: 'ignore' }, note)
}

function checkPublishMode({ publish, mode }: InputValues, { note }: Step): void {
  if (mode !== 'implement' && publish.some((one) => one !== 'comment'))
    note(`publish: mode ${mode} changes no files. Set mode to implement, or publish a comment.`)
}

/** Requires an empty folder outside the workspace. */
function checkRunDirectory({ 'run-directory': path }: InputValues, { env, note }: Step): void {
  if (path === undefined) return
  const workspace = workspaceOf(env)
  const directory = resolve(workspace, path)
  if (isInside({ inner: directory, outer: workspace }))
    note(
      `run-directory: ${path} is in the workspace, where the agent works. Use \${{ runner.temp }}/….`,
    )
  else if (!isEmptyFolder(directory))
    note(`run-directory: ${path} can't be created or is not empty. Choose a new folder.`)
}

/** True for a folder that is empty or could be created. */
function isEmptyFolder(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return readdirSync(directory).length === 0
  } catch {
    return false
  }
}

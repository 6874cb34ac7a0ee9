import { mkdirSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { modelText } from '../opencode/model.ts'
import { isInside } from '../path.ts'
import type { InputValues } from './fields.ts'
import { checkModel, checkReferences, checkVariables } from './opencode-config.ts'
import type { CrossCheck, Step } from './pipeline.ts'
import { checkGitHub, publishChecks } from './publish.ts'
import { workspaceOf } from './source.ts'

/** What must hold of several inputs together. */
export const inputChecks: readonly CrossCheck<InputValues>[] = [
  { needs: [], check: checkPrompt },
  {
    needs: ['opencode-config'],
    check: (values, step) => checkReferences(values['opencode-config']?.value ?? {}, step),
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
    if (isSet) note('prompt: mode check runs no prompt. Remove it, or set mode to plan.')
  } else if (!isSet)
    note('prompt: is missing. Set prompt or prompt-file (or mode: check, which needs none).')
  else if (prompt !== undefined && file !== undefined)
    note('prompt and prompt-file: both are set. Keep one.')
}

/** A server that is already running takes no input that is about starting one. */
function checkServer(values: InputValues, { note }: Step): void {
  if (values['server-url'] === undefined) return
  const starting = {
    'opencode-path': values['opencode-path'] !== undefined,
    'opencode-config': values['opencode-config'] !== undefined,
    'pass-env': values['pass-env'].length > 0,
  }
  for (const [name, isSet] of Object.entries(starting))
    if (isSet)
      note(`${name}: has no effect on a server that is already running. Remove it, or server-url.`)
  if (values.isolation === 'strict')
    note(
      "isolation: strict can't hold for a server that is already running. Remove server-url, or set isolation to auto.",
    )
}

/** A model that failed is not its own replacement, and the rehearsal runs on the action's own server. */
function checkModels(values: InputValues, { note }: Step): void {
  const { model, 'fallback-models': fallbacks, 'server-url': url } = values
  const named = { model: model ? [model] : [], 'fallback-models': fallbacks }
  for (const [name, models] of Object.entries(named))
    if (url !== undefined && models.some(({ providerID }) => providerID === 'rehearsal'))
      note(`${name}: the rehearsal model needs a server that the action starts. Remove server-url.`)
  const text = model && modelText(model)
  if (fallbacks.some((fallback) => modelText(fallback) === text))
    note(`fallback-models: ${text} is the model itself. Remove it; attempts repeats a model.`)
}

/** Before any file is read: what the checkout, or a file that opencode-config names, may say of a model is not known yet. */
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

/** The run is saved outside the workspace, and in a folder that holds no other run. */
function checkRunDirectory({ 'run-directory': path }: InputValues, { env, note }: Step): void {
  if (path === undefined) return
  const workspace = workspaceOf(env)
  const directory = resolve(workspace, path)
  if (isInside({ inner: directory, outer: workspace }))
    note(
      `run-directory: ${path} lies in the workspace, where the agent works. Use \${{ runner.temp }}/….`,
    )
  else if (!isEmptyFolder(directory))
    note(`run-directory: ${path} can't be created, or is not empty. Name a new folder.`)
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

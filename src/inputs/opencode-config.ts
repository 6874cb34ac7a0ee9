import * as z from 'zod'
import { type OpencodeConfig, parseConfig, referencedVariables } from '../opencode/config.ts'
import { type Env, isRunnerVariable } from '../programs/environment.ts'
import type { Note, Step } from './pipeline.ts'

/** A value, or the path of a file in the checkout that holds it, which is read once the run is admitted. */
export type ValueOrPath<T> =
  | { readonly value: T; readonly path?: undefined }
  | { readonly value?: undefined; readonly path: string }

/** opencode configuration as JSON or JSONC, or the path of a file that holds it. */
export const configOrPath = z.string().transform((text, context): ValueOrPath<OpencodeConfig> => {
  const isInline = /^\s*(\{|\/\/|\/\*)|[\r\n]/.test(text)
  if (!isInline) return { path: text }
  const { value, problem } = parseConfig(text)
  if (value !== undefined) return { value }
  context.addIssue(problem)
  return z.NEVER
})

/** Parses opencode configuration, and checks the variables that it names; empty if it is wrong. */
export function checkConfig({ text, env }: { text: string; env: Env }, note: Note): OpencodeConfig {
  const { value, problem } = parseConfig(text)
  if (value === undefined) note(`opencode-config: ${problem}.`)
  else checkReferences(value, { env, note })
  return value ?? {}
}

/** The variables that a configuration names. */
export function checkReferences(config: OpencodeConfig, step: Step): void {
  checkVariables({ input: 'opencode-config', names: referencedVariables(config) }, step)
}

/** The variables that an input names must be set, and not be the runner's. */
export function checkVariables(
  { input, names }: { input: string; names: readonly string[] },
  { env, note }: Step,
): void {
  for (const name of names) {
    if (isRunnerVariable(name))
      note(
        `${input}: ${name} belongs to the runner and never reaches the agent. Map the value to another name.`,
      )
    else if (env[name] === undefined)
      note(
        `${input}: ${name} is not set. Add it to the env of the step, or remove it from ${input}.`,
      )
  }
}

/** Where a prompt's model may come from; the checkout's configuration is empty if it is ignored. */
export type ModelSources = {
  readonly mode: string
  readonly isExternal: boolean
  readonly models: readonly (string | undefined)[]
  readonly use: 'load' | 'ignore'
}

/** A prompt needs a model; a server that is already running may name one by itself. */
export function checkModel({ mode, isExternal, models, use }: ModelSources, note: Note): void {
  if (mode === 'check' || isExternal || models.some((model) => model !== undefined)) return
  const elsewhere =
    use === 'ignore'
      ? "opencode-config names none; the checkout's opencode.json, which may name one, is ignored"
      : "opencode-config names none, nor does the checkout's opencode.json"
  note(`model: is missing, and ${elsewhere}. Set it, as provider/model.`)
}

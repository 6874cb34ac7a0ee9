import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import type { Env } from '../programs/environment.ts'

/** Where inputs come from: the step's environment, and the defaults of the action if they are known already. */
export type InputSource = {
  readonly env: Env
  readonly defaults?: Readonly<Record<string, string>>
}

/** The inputs as text, by name; an empty one is absent. */
export type RawInputs = Readonly<Record<string, string | undefined>>

/** Inputs that a variable of the step can give, too. */
const variables: RawInputs = {
  'server-url': 'OPENCODE_API_URL',
  'server-password': 'OPENCODE_SERVER_PASSWORD',
}

/** The inputs of these names, with their defaults. */
export function readRaw(
  names: readonly string[],
  { env, defaults }: Required<InputSource>,
): RawInputs {
  const read = (name: string) =>
    [env[`INPUT_${name.toUpperCase()}`], env[variables[name] ?? ''], defaults[name]].find(
      (value) => value !== undefined && value.trim() !== '',
    )
  return Object.fromEntries(names.map((name) => [name, read(name)]))
}

/** The folder of the checkout, as the runner names it. */
export function workspaceOf(env: Env): string {
  return resolve(env.GITHUB_WORKSPACE || '.')
}

const action = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
})

/**
 * The defaults of the inputs, from `action.yml`: the only place where they stand; `folder` is the action's. A workflow that passes an empty
 * value (`timeout: ${{ inputs.timeout }}`) gets them from here.
 */
export function readDefaults(folder: '' | 'publish' = ''): Record<string, string> {
  const { inputs } = action.parse(parse(readFileSync(actionFile(folder), 'utf8')))
  // An expression is the runner's to fill in.
  const declaredDefault = ({ default: value = '' }) => (value.includes('${{') ? '' : value)
  const declared = Object.entries(inputs).map(([name, input]) => [name, declaredDefault(input)])
  return Object.fromEntries(declared)
}

/** The bundle and this file both lie two folders below the action's own. */
function actionFile(folder: string): string {
  return join(import.meta.dirname, '..', '..', folder, 'action.yml')
}

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import type { Env } from '../programs/environment.ts'

/** The step's environment, and the defaults of the action if they are known already. */
export type InputSource = {
  readonly env: Env
  readonly defaults?: Readonly<Record<string, string>>
}

/** Inputs that an environment variable can set as well. */
const variables: Readonly<Record<string, string>> = {
  'server-url': 'OPENCODE_API_URL',
  'server-password': 'OPENCODE_SERVER_PASSWORD',
}

/** The text of an input; an empty one counts as absent. */
export function readRaw(
  name: string,
  { env, defaults }: Required<InputSource>,
): string | undefined {
  const candidates = [
    env[`INPUT_${name.toUpperCase()}`],
    env[variables[name] ?? ''],
    defaults[name],
  ]
  return candidates.find((value) => value !== undefined && value.trim() !== '')
}

/** The folder of the checkout, as the runner names it. */
export function workspaceOf(env: Env): string {
  return resolve(env.GITHUB_WORKSPACE || '.')
}

const action = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().default('') })),
})

/**
 * The defaults in `action.yml`, in the folder `publish` if named. The runner does not apply them to an input that a
 * workflow passes empty, such as `timeout: ${{ inputs.timeout }}`.
 */
export function readDefaults(folder: '' | 'publish' = ''): Record<string, string> {
  // The bundle and this file are both two folders below the action's.
  const file = join(import.meta.dirname, '..', '..', folder, 'action.yml')
  const { inputs } = action.parse(parse(readFileSync(file, 'utf8')))
  // Only the runner can evaluate an expression.
  const withoutExpression = (value: string) => (value.includes('${{') ? '' : value)
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, withoutExpression(input.default)]),
  )
}

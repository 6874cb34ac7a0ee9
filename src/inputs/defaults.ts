import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'

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

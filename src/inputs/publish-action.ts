import { resolve } from 'node:path'
import * as z from 'zod'
import { inputSchema, parseInputs } from './pipeline.ts'
import { choosePublish, publishChecks, publishFields } from './publish.ts'
import { type InputSource, readDefaults, readRaw, workspaceOf } from './source.ts'
import { choice } from './values.ts'

const fields = {
  ...publishFields,
  'run-directory': z.string(),
  'fail-on': choice(['failure', 'never']),
} as const

/** Reads and checks the inputs of `publish/action.yml`: the saved run, and what to publish of it. Throws as `readInputs` does. */
export function readPublishInputs({ env }: InputSource) {
  const raw = readRaw(Object.keys(fields), { env, defaults: readDefaults('publish') })
  const values = parseInputs(inputSchema(fields, publishChecks, env), raw)
  const directory = resolve(workspaceOf(env), values['run-directory'])
  return { directory, choice: choosePublish(values) }
}

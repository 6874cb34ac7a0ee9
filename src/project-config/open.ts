import { realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { attempt, UserError } from '../errors.ts'
import type { Inputs, StepInputs } from '../inputs/inputs.ts'
import { checkConfig, checkModel } from '../inputs/opencode-config.ts'
import type { Note } from '../inputs/pipeline.ts'
import { type OpencodeConfig, resolveFiles } from '../opencode/config.ts'
import { modelText } from '../opencode/model.ts'
import { isInside } from '../path.ts'
import { GitError } from '../workspace/git.ts'
import { findNamedFolder, locateNamed, readNamedFile } from '../workspace/named-file.ts'
import { findRepository, type Repository } from '../workspace/repository.ts'
import type { World } from '../world.ts'
import { type Checkout, readCheckout, unknownCheckout } from './checkout.ts'
import { chooseProjectConfig, type ProjectConfigChoice } from './choose.ts'
import { findProjectConfig, readProjectConfig } from './files.ts'

/** The checkout's own configuration of opencode, as it was before the run. */
export type ProjectConfig = ProjectConfigChoice & {
  /** All of it, as absolute paths; a folder is one of them. */
  readonly paths: readonly string[]
  /** What the checkout says of models and providers; empty if it is ignored. */
  readonly config: OpencodeConfig
}

/** What a run takes from the checkout. */
export type OpenedCheckout = {
  /** With what they name in the checkout. */
  readonly inputs: Inputs
  readonly projectConfig: ProjectConfig
  /** Absent where the working directory is in no git checkout. */
  readonly repository: Repository | undefined
}

/** What of the world is needed to open a checkout. */
type Opening = Pick<World, 'env' | 'event' | 'report' | 'temporary'> & {
  readonly runner: Pick<World['runner'], 'info'>
}

/**
 * Reads what the inputs name in the checkout, and decides whether its files configure or instruct anything: the first time
 * that anything of it is read. Throws `UserError` (`config-invalid`) with all that is wrong.
 */
export async function openCheckout(
  given: StepInputs,
  world: Opening,
  signal: AbortSignal,
): Promise<OpenedCheckout> {
  const directory = findDirectory(given)
  const workspace = realpathSync(given.workspace)
  const repository = findRepository({ directory, workspace })
  const facts = repository ? await readFacts(repository, world, signal) : unknownCheckout
  const choice = { choice: given.projectConfig, event: world.event, checkout: facts }
  const chosen = chooseProjectConfig(choice)
  const problems: string[] = []
  const note: Note = (problem) => void problems.push(problem)
  const top = repository?.top ?? directory
  const config = chosen.use === 'load' ? readProjectConfig({ directory, top, workspace }) : {}
  const inputs = readNamed({ given, directory, chosen, env: world.env }, note)
  const models = [inputs.model && modelText(inputs.model), inputs.config.model, config.model]
  const isExternal = inputs.server.kind === 'external'
  checkModel({ mode: inputs.mode, isExternal, models, use: chosen.use }, note)
  if (problems.length > 0) throw new UserError('config-invalid', problems)
  const projectConfig = await findConfig({ top, workspace, chosen }, world, signal)
  if (isExternal) world.report.note(externalNotes[chosen.use])
  return { inputs, projectConfig: { ...projectConfig, config }, repository }
}

function findDirectory({ workspace, workingDirectory: path }: StepInputs): string {
  const { value, problem } = findNamedFolder({ path, base: workspace, workspace })
  if (value !== undefined) return value
  const advice =
    problem === 'does not exist'
      ? 'Is actions/checkout missing?'
      : 'Name a folder of the checkout by its own path.'
  throw new UserError('config-invalid', `working-directory: ${path} ${problem}. ${advice}`)
}

/** Where git can't read the checkout, nothing is known of it. */
async function readFacts(
  repository: Repository,
  { temporary, env }: Opening,
  signal: AbortSignal,
): Promise<Checkout> {
  return await readCheckout(repository, { temporary, env }, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if (error instanceof UserError || error instanceof GitError) return unknownCheckout
    throw error
  })
}

type Naming = {
  readonly given: StepInputs
  readonly directory: string
  readonly chosen: ProjectConfigChoice
  readonly env: Opening['env']
}

/** The inputs with what they name in the checkout, where its files count. */
function readNamed({ given, directory, chosen, env }: Naming, note: Note): Inputs {
  const { workspace, workingDirectory: _, ...rest } = given
  const { prompt, config, server } = given
  const read = ({ input, path, base = workspace, instead }: NamedInput): string => {
    const named = { path, base, workspace }
    const { problem: misplaced } = locateNamed(named)
    if (misplaced === undefined && chosen.use === 'ignore') {
      note(`${input} ${ignored(chosen, instead)}`)
      return ''
    }
    const { value = '', problem = misplaced } = misplaced === undefined ? readNamedFile(named) : {}
    if (problem !== undefined)
      note(`${input} ${problem}. ${instead}, or name a text file in the workspace by its own path.`)
    return value
  }
  const text = prompt.path === undefined ? prompt.value : readPrompt(prompt.path)
  const own = config.path === undefined ? config.value : readConfig(config.path)
  if (server.kind === 'binary') checkBinary({ path: server.path, workspace, chosen }, note)
  return { ...rest, directory, prompt: text, config: resolveFiles(own, readReference) }

  function readPrompt(path: string): string {
    const instead = 'Write the prompt into the input prompt'
    const found = read({ input: `prompt-file: ${path}`, path, instead })
    if (found !== '' && found.trim() === '')
      note(`prompt-file: ${path} is empty. Write the prompt into it.`)
    return found
  }
  function readConfig(path: string): OpencodeConfig {
    const instead = 'Write the configuration into the input opencode-config'
    const found = read({ input: `opencode-config: ${path}`, path, instead })
    return found === '' ? {} : checkConfig({ text: found, env }, note)
  }
  function readReference(path: string): string {
    const instead = 'Use a variable of the step, {env:NAME}'
    const input = `opencode-config: {file:${path}}`
    return read({ input, path, base: directory, instead }).trim()
  }
}

type NamedInput = {
  /** As a message begins. */
  readonly input: string
  readonly path: string
  readonly base?: string
  /** What the author can do instead. */
  readonly instead: string
}

/** Why no file of the checkout counts, as the rest of a sentence about one. */
function ignored({ reason }: ProjectConfigChoice, instead: string): string {
  return `is in the checkout, whose configuration is ignored in this run (${reason}). ${instead}, check out a ref that only people with write access can change, or set project-config to load if you trust this one.`
}

/** A binary in the checkout is the checkout's to choose. */
function checkBinary(
  { path, workspace, chosen }: { path: string; workspace: string; chosen: ProjectConfigChoice },
  note: Note,
): void {
  const namesOf = (name: string) => [resolve(name), attempt(() => realpathSync(name)) ?? name]
  const isIn = namesOf(path).some((inner) =>
    namesOf(workspace).some((outer) => isInside({ inner, outer })),
  )
  if (isIn && chosen.use === 'ignore')
    note(`opencode-path: ${path} ${ignored(chosen, 'Name a binary outside the workspace')}`)
}

type Looking = {
  readonly top: string
  readonly workspace: string
  readonly chosen: ProjectConfigChoice
}

/** All that configures opencode in the checkout, for the report and for whoever hides it. */
async function findConfig(
  { top, workspace, chosen }: Looking,
  { report, runner, temporary }: Opening,
  signal: AbortSignal,
): Promise<Omit<ProjectConfig, 'config'>> {
  // Where git does not tell opencode the top level, it looks above it, too: so the whole workspace counts.
  const root = isInside({ inner: top, outer: workspace }) ? workspace : top
  const except = realpathSync(temporary)
  const paths = await findProjectConfig({ root, except }, signal)
  const names = paths.map((path) => relative(root, path))
  report.know({ projectConfig: { ...chosen, paths: names.slice(0, listed) } })
  const words = { load: 'loaded', ignore: 'ignored' } as const
  if (paths.length > 0)
    runner.info(
      `The checkout's own configuration of opencode is ${words[chosen.use]}: ${chosen.reason}.`,
    )
  return { ...chosen, paths }
}

/** So many names are enough for the report. */
const listed = 100

const externalNotes = {
  load: "The server at server-url decides whether the checkout's own configuration of opencode is loaded.",
  ignore:
    "This action ignores the checkout's own configuration of opencode. The server at server-url decides whether it loads that configuration.",
} as const

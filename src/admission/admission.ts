import { UserError } from '../errors.ts'
import type { Level } from '../github/account.ts'
import type { GitHub } from '../github/client.ts'
import type { StepInputs } from '../inputs/inputs.ts'
import { safeLine } from '../text/log-line.ts'
import { quote } from '../text/text.ts'
import type { World } from '../world.ts'
import { type Actor, isSameLogin, startersOf } from './actor.ts'
import { missingCredentials } from './credentials.ts'

type Surroundings = Pick<World, 'env' | 'event' | 'runner'>

/** How long GitHub may take to say who may start the run, and for each answer. */
const askMs = 30_000
const answerMs = 8_000

/**
 * Ends a run (`UserError`, `skipped`) that its actor may not start, or whose event has no key for its models. It asks
 * GitHub only if it must. Without an answer there is no permission.
 */
export async function admit(
  inputs: StepInputs,
  world: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { config, requiredPermission: required, allowedBots, publish } = inputs
  if (config.value) requireCredentials({ ...inputs, config: config.value }, world)
  if (required === 'none') return
  const starters = startersOf(world.event)
  if (starters.kind === 'unknown') throw new UserError('skipped', starters.problem)
  if (starters.kind === 'none')
    return world.runner.info(`No permission is needed: ${starters.because}.`)
  const deadline = Date.now() + askMs
  for (const actor of starters.people) {
    const listed = allowedBots.some((bot) => isSameLogin(bot, actor.login))
    const question = { actor, required, listed, token: publish.token, deadline }
    const why = await examine(question, world, signal)
    world.runner.info(safeLine(`${actor.login}, ${actor.part}, may start this run: ${why}.`))
  }
}

/** Ends a run (`UserError`, `skipped`) whose event has no key for its models. */
export function requireCredentials(
  inputs: Parameters<typeof missingCredentials>[0],
  world: Pick<Surroundings, 'env' | 'event'>,
): void {
  const problem = missingCredentials(inputs, world)
  if (problem !== undefined) throw new UserError('skipped', problem)
}

type Question = {
  readonly actor: Actor
  readonly required: Level
  /** Whether `allowed-bots` has the login. */
  readonly listed: boolean
  readonly token: string | undefined
  /** For all of GitHub's answers, in milliseconds since 1970. */
  readonly deadline: number
}

/** Why an actor may start the run. */
async function examine(
  question: Question,
  world: Surroundings,
  signal: AbortSignal,
): Promise<string> {
  const { actor, required, listed } = question
  const allowed = 'a bot of allowed-bots'
  if (listed && actor.type === 'Bot') return allowed
  const { permission, type } = await ask(question, world, signal)
  if (listed && type === 'Bot') return allowed
  if (permission?.levels.includes(required)) return `${permission.role} permission`
  const role = permission?.role ?? 'none'
  const { repository } = world.event
  const what = `${actor.login}, ${actor.part}, may not start this run: it requires ${required} permission on ${repository}, and GitHub reports ${role}.`
  throw new UserError('skipped', `${what} ${advise({ ...question, type })}`)
}

async function ask(question: Question, world: Surroundings, signal: AbortSignal) {
  const { actor, listed, deadline } = question
  const { readAccountType, readPermission } = await import('../github/account.ts')
  const { answerText } = await import('../github/answer.ts')
  const left = AbortSignal.timeout(Math.max(0, deadline - Date.now()))
  const github = await connect(question, world, AbortSignal.any([signal, left]))
  try {
    const lookUp = listed && actor.type === undefined
    const type = lookUp ? await readAccountType(github, actor.login) : actor.type
    if (listed && type === 'Bot') return { type }
    return { type, permission: await readPermission(github, actor.login) }
  } catch (error) {
    signal.throwIfAborted()
    const answer = answerText(error)
    if (answer === undefined) throw error
    throw unknown(question, `did not answer (${quote(answer)})`, error)
  }
}

async function connect(
  question: Question,
  { env, runner }: Surroundings,
  signal: AbortSignal,
): Promise<GitHub> {
  const { token, deadline } = question
  const missing = ['GITHUB_API_URL', 'GITHUB_REPOSITORY'].filter((name) => !env[name])
  if (missing.length > 0)
    throw unknown(question, `can't be reached without ${missing.join(' and ')}`)
  if (token === undefined) throw unknown(question, "can't be asked, because github-token is empty")
  const { createGitHub } = await import('../github/client.ts')
  return createGitHub({ token, env, log: runner.info, deadline, answerMs }, signal)
}

function unknown({ actor, required }: Question, what: string, cause?: unknown): UserError {
  const message = `Whether ${actor.login}, ${actor.part}, has ${required} permission is not known: GitHub ${what}. Nothing was run. Check the connection to GitHub and github-token (the job's own token is enough; the owner of a personal token needs write permission), then run it again. Or set required-permission to none if anyone may start it.`
  return new UserError('skipped', message, { cause })
}

type Refused = Pick<Question, 'actor' | 'listed'> & { readonly type: string | undefined }

function advise({ actor, listed, type }: Refused): string {
  if (listed)
    return `It is in allowed-bots, but the account is not a bot${type ? ` (${type})` : ''}. Check the login.`
  if (type === 'Bot')
    return `Add exactly ${actor.login} to allowed-bots if everyone who can trigger it may start runs.`
  return 'Ask someone who has it to start the run again, or lower required-permission.'
}

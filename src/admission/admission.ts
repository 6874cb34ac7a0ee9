import { UserError } from '../errors.ts'
import type { Level, Permission } from '../github/account.ts'
import type { GitHub } from '../github/client.ts'
import type { StepInputs } from '../inputs/inputs.ts'
import { safeLine } from '../session/log-line.ts'
import { quote } from '../text.ts'
import type { World } from '../world.ts'
import { type Actor, isSameLogin, startersOf } from './actor.ts'
import { missingCredentials } from './credentials.ts'

type Asking = Pick<World, 'env' | 'event' | 'runner'>

/** GitHub's time to say who may start the run, and that of each answer. */
const askMs = 30_000
const answerMs = 8_000

/**
 * Ends a run (`UserError`, `skipped`) that who started it may not start, or whose event has no key for its models. It asks
 * GitHub only where it must, and what GitHub does not answer is no permission.
 */
export async function admit(inputs: StepInputs, world: Asking, signal: AbortSignal): Promise<void> {
  const { config } = inputs
  if (config.value) requireCredentials({ ...inputs, config: config.value }, world)
  const { requiredPermission: required, allowedBots } = inputs
  if (required === 'none') return
  const starters = startersOf(world.event)
  if (starters.kind === 'unknown') throw new UserError('skipped', starters.problem)
  if (starters.kind === 'nobody')
    return world.runner.info(`Who may start it: nobody is asked, as ${starters.because}.`)
  const until = Date.now() + askMs
  const isListed = ({ login }: Actor) => allowedBots.some((bot) => isSameLogin(bot, login))
  for (const actor of starters.people) {
    const question = { actor, required, listed: isListed(actor) }
    const asked = { ...question, token: inputs.publish.token, until }
    const why = await examine(asked, world, signal)
    world.runner.info(safeLine(`${actor.login}, ${actor.part}, may start this run: ${why}.`))
  }
}

/** Ends a run (`UserError`, `skipped`) whose event has no key for its models. */
export function requireCredentials(
  inputs: Parameters<typeof missingCredentials>[0],
  world: Pick<Asking, 'env' | 'event'>,
): void {
  const poor = missingCredentials(inputs, world)
  if (poor !== undefined) throw new UserError('skipped', poor)
}

type Question = {
  readonly actor: Actor
  readonly required: Level
  /** Whether `allowed-bots` has the login. */
  readonly listed: boolean
  readonly token: string | undefined
  /** When GitHub's time is over, in milliseconds since 1970. */
  readonly until: number
}

/** What permits an actor. */
async function examine(question: Question, world: Asking, signal: AbortSignal): Promise<string> {
  const { actor, required, listed } = question
  const allowed = 'a bot of allowed-bots'
  if (listed && actor.type === 'Bot') return allowed
  const { permission, type } = await ask(question, world, signal)
  if (listed && type === 'Bot') return allowed
  if (permission?.levels.includes(required)) return `${permission.role} permission`
  const known = { type, role: permission?.role ?? 'none' }
  throw new UserError('skipped', refusal(question, known, world))
}

type Known = { readonly permission?: Permission; readonly type: string | undefined }

async function ask(question: Question, world: Asking, signal: AbortSignal): Promise<Known> {
  const { actor, listed, until } = question
  const left = AbortSignal.timeout(Math.max(0, until - Date.now()))
  const { readAccountType, readPermission } = await import('../github/account.ts')
  const { answerText } = await import('../github/answer.ts')
  const github = await reach(question, world, AbortSignal.any([signal, left]))
  try {
    const lookUp = listed && actor.type === undefined
    const type = lookUp ? await readAccountType(github, actor.login) : actor.type
    if (listed && type === 'Bot') return { type }
    return { type, permission: await readPermission(github, actor.login) }
  } catch (error) {
    signal.throwIfAborted()
    const said = answerText(error)
    if (said === undefined) throw error
    throw closed(question, `did not answer (${quote(said)})`, error)
  }
}

async function reach(
  question: Question,
  { env, runner }: Asking,
  signal: AbortSignal,
): Promise<GitHub> {
  const { token, until: deadline } = question
  const missing = ['GITHUB_API_URL', 'GITHUB_REPOSITORY'].filter((name) => !env[name])
  if (missing.length > 0)
    throw closed(question, `can't be reached without ${missing.join(' and ')}`)
  if (token === undefined) throw closed(question, "can't be asked, as github-token is empty")
  const { createGitHub } = await import('../github/client.ts')
  return createGitHub({ token, env, log: runner.info, deadline, answerMs }, signal)
}

function closed({ actor, required }: Question, what: string, cause?: unknown): UserError {
  const message = `Whether ${actor.login}, ${actor.part}, has ${required} permission is not known: GitHub ${what}. Nothing was run. Check the way to GitHub and github-token (the job's own will do; of a personal one the owner needs write), then run it again; or set required-permission to none where anybody may start it.`
  return new UserError('skipped', message, { cause })
}

function refusal(
  { actor, required, listed }: Question,
  { type, role }: { readonly type: string | undefined; readonly role: string },
  { event }: Asking,
): string {
  const { login, part } = actor
  const what = `${login}, ${part}, may not start this run: it takes ${required} permission on ${event.repository}, and GitHub says ${role}.`
  if (listed)
    return `${what} It is in allowed-bots, but its account is no bot${type ? ` (${type})` : ''}. Check the login.`
  if (type === 'Bot')
    return `${what} Add ${login} to allowed-bots, exactly so, if everybody who can make it act may start runs.`
  return `${what} Somebody who has it can start the run again; or lower required-permission.`
}

import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Env } from '../programs/environment.ts'

/** Something that an agent must not get or do, and how to try it. */
export type Theft = {
  /** As it reads in the table. */
  readonly what: string
  /** A line of shell; it succeeded if its output has the pattern. */
  readonly script: string
  readonly pattern: RegExp
  /** The file that the script creates: it succeeded only if the action sees it. */
  readonly trace?: string
  /** False if this machine has nothing of the kind. */
  readonly isPossible?: boolean
}

/** What an agent could be after; paths are absolute. */
export type Loot = {
  readonly env: Env
  /** A file among the runner's temporary ones that holds `canary`. */
  readonly canaryFile: string
  readonly canary: string
  /** The checkout. */
  readonly root: string
  /** Keys of providers. */
  readonly keys: readonly string[]
}

/** The thefts that a check tries. None changes anything that stays. */
export function listThefts(loot: Loot): readonly Theft[] {
  return [...secretThefts(loot), ...harms(loot)]
}

/** Variables that only the runner sets. */
const runnerVariables = /(^|\0|\n)(GITHUB_|ACTIONS_|INPUT_|STATE_)[A-Z_]+=/

const tokens = /extraheader|authorization|_authToken|oauth_token|"auths"|PRIVATE KEY/i

function secretThefts({ env, canaryFile, canary, root, keys }: Loot): readonly Theft[] {
  const { HOME = '/root', RUNNER_TEMP = dirname(canaryFile), GITHUB_EVENT_PATH: event = '' } = env
  const logins = ['.netrc', '.npmrc', '.git-credentials', '.docker/config.json', '.aws/credentials']
  const others = ['.ssh/id_rsa', '.ssh/id_ed25519', '.config/gh/hosts.yml']
  const files = [...logins, ...others].map((name) => join(HOME, name)).filter(existsSync)
  const processes = 'cat /proc/[0-9]*/environ'
  const settings = `git -C ${quote(root)} config --list; cat ${quote(RUNNER_TEMP)}/git-credentials-*.config`
  return [
    {
      what: 'The variables of the runner in its environment',
      script: 'env',
      pattern: runnerVariables,
    },
    {
      what: 'The variables of the runner in other processes',
      script: processes,
      pattern: runnerVariables,
      isPossible: existsSync('/proc/self/environ'),
    },
    {
      what: 'The key of a provider',
      script: `env; ${processes}`,
      pattern: new RegExp(keys.map(RegExp.escape).join('|')),
      isPossible: keys.length > 0,
    },
    {
      what: 'Temporary files of the runner and its steps',
      script: `cat ${quote(canaryFile)}`,
      pattern: new RegExp(RegExp.escape(canary)),
    },
    { what: 'The token that actions/checkout left', script: settings, pattern: tokens },
    {
      what: "Credentials in the home of the runner's user",
      ...anyOf(files.map((path) => `cat ${quote(path)}`)),
    },
    { what: 'The event file', ...anyOf(event ? [`cat ${quote(event)}`] : []) },
  ]
}

const status = '/proc/self/status'
const hasCapability = `! grep -Eq '^CapEff:[[:space:]]*0+$' ${status}`

function harms({ env, root }: Loot): readonly Theft[] {
  const names = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY']
  const files = names.flatMap((name) => env[`GITHUB_${name}`] || []).filter(existsSync)
  const tools = [import.meta.dirname, env.RUNNER_TOOL_CACHE ?? ''].filter(existsSync)
  const trace = join(root, `.opencode-driver-check-${randomUUID()}`)
  const sockets = ['/var/run/docker.sock', '/run/docker.sock'].filter(existsSync)
  return [
    { what: 'Signals to this action', ...anyOf([`kill -0 ${process.pid}`]) },
    {
      what: 'Its own lines in this log',
      ...anyOf([`: >> /proc/${process.pid}/fd/1`]),
      isPossible: existsSync(`/proc/${process.pid}/fd`),
    },
    {
      what: 'Outputs, variables, path, state and summary of the step',
      ...anyOf(files.map((path) => `: >> ${quote(path)}`)),
    },
    { what: 'Writing to the tools and to this action', ...anyOf(tools.map(touch)) },
    { what: 'Writing to the checkout', ...anyOf([`: > ${quote(trace)}`]), trace },
    {
      what: 'The rights of root',
      ...anyOf(['sudo -n true', ...(existsSync(status) ? [hasCapability] : [])]),
    },
    { what: 'Docker on this machine', ...anyOf(sockets.map((path) => `test -w ${path}`)) },
  ]
}

/** Succeeds if one of the commands does. */
function anyOf(commands: readonly string[]): Pick<Theft, 'script' | 'pattern' | 'isPossible'> {
  const script = `(${commands.join(' || ')}) > /dev/null && echo done`
  return { script, pattern: /^done$/m, isPossible: commands.length > 0 }
}

function touch(folder: string): string {
  const file = quote(join(folder, '.opencode-driver-check'))
  return `(: > ${file} && rm -f ${file})`
}

/**
 * A shell script that tries the possible ones. It leaves the output of each in a file of `folder` that is named by its
 * index, and `INDEX.tried` beside it: what was not even tried was not kept out.
 */
export function theftScript(thefts: readonly Theft[], folder: string): string {
  const lines = thefts.flatMap(({ script, isPossible = true }, index) => {
    if (!isPossible) return []
    const file = join(folder, String(index))
    const steps = `echo tried > ${quote(`${file}.tried`)}; (${script}) > ${quote(file)}`
    const run = `sh -c ${quote(steps)}`
    // A pipe in the place of a file would block; macOS has no program that ends it.
    return `if command -v timeout > /dev/null; then timeout 2 ${run}; else ${run}; fi`
  })
  // One line: opencode quotes a command for the shell once more, which loses line breaks.
  return ['exec 2> /dev/null', ...lines, `echo done > ${quote(join(folder, 'end'))}`].join('; ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

import { dirname, join } from 'node:path'

/** What is to be kept from an agent, and how it is tried: `attempt` is a line of shell, after `found` or `dump`. */
export type Theft = {
  /** As it reads in the table. */
  readonly what: string
  /** Succeeds if it can be done. */
  readonly attempt?: string
  /** Prints what is looked through for `secret`. */
  readonly dump?: string
  readonly secret?: RegExp
}

/** Where things are that an agent could be after; paths are absolute. */
export type Loot = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** A file among the runner's temporary ones that holds `canary`. */
  readonly canaryFile: string
  readonly canary: string
  /** The checkout. */
  readonly root: string
  /** The process of this action. */
  readonly pid: number
  /** Where this action is installed. */
  readonly action: string
}

/** Of variables that only the runner sets. */
const runnersOwn = /(^|\0|\n)(GITHUB_|ACTIONS_|INPUT_|STATE_)[A-Z_]+=/

const tokens = /extraheader|authorization|_authToken|oauth_token|"auths"|PRIVATE KEY/i

/** The thefts that a check tries. Nothing of them changes anything. */
export function listThefts({ env, canaryFile, canary, root, pid, action }: Loot): readonly Theft[] {
  const { HOME = '/root', RUNNER_TEMP = dirname(canaryFile), RUNNER_TOOL_CACHE } = env
  const commands = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE']
  const files = [...commands, 'GITHUB_STEP_SUMMARY'].flatMap((name) => env[name] || [])
  const logins = ['.netrc', '.npmrc', '.git-credentials', '.docker/config.json', '.aws/credentials']
  const kept = [...logins, '.ssh/id_rsa', '.ssh/id_ed25519', '.config/gh/hosts.yml']
  return [
    { what: 'The variables of the runner in the environment', dump: 'env', secret: runnersOwn },
    {
      what: 'The same in the memory of other processes',
      dump: 'cat /proc/[0-9]*/environ',
      secret: runnersOwn,
    },
    { what: 'Signals to this action', attempt: `kill -0 ${pid}` },
    {
      what: 'Temporary files of the runner and its steps',
      dump: `cat ${quote(canaryFile)}`,
      secret: new RegExp(RegExp.escape(canary)),
    },
    {
      what: 'The token that actions/checkout left',
      dump: `git -C ${quote(root)} config --list; cat ${quote(RUNNER_TEMP)}/git-credentials-*.config`,
      secret: tokens,
    },
    {
      what: 'Credentials in the home of the runner’s user',
      attempt: anyOf(kept.map((name) => `cat ${quote(join(HOME, name))}`)),
    },
    {
      what: 'Outputs, variables, path, state and summary of the step',
      attempt: anyOf(files.map((path) => `: >> ${quote(path)}`)),
    },
    {
      what: 'The event file',
      attempt: anyOf([env.GITHUB_EVENT_PATH ?? ''].map((path) => `cat ${quote(path)}`)),
    },
    {
      what: 'Writing to the tools and to this action',
      attempt: anyOf([action, RUNNER_TOOL_CACHE].flatMap((path) => (path ? touch(path) : []))),
    },
    { what: 'Writing to the checkout, which a plan only reads', attempt: touch(root) },
    { what: 'More rights by sudo', attempt: 'sudo -n true' },
    {
      what: 'Docker on this machine',
      attempt: anyOf(['/var/run/docker.sock', '/run/docker.sock'].map((path) => `test -w ${path}`)),
    },
  ]
}

/** A shell script that tries them, and leaves what came of it in files of `folder` that are named by number. */
export function theftScript(thefts: readonly Theft[], folder: string): string {
  const lines = thefts.map(({ attempt, dump }, at) => {
    const file = quote(join(folder, String(at)))
    return dump ? `(${dump}) > ${file}` : `(${attempt}) > /dev/null && echo done > ${file}`
  })
  return ['exec 2> /dev/null', ...lines, `echo done > ${quote(join(folder, 'end'))}`, ''].join('\n')
}

/** Whether a theft came to nothing, by what it left. */
export function isKeptOut({ secret }: Theft, left: string): boolean {
  return secret ? !secret.test(left) : left === ''
}

function anyOf(commands: readonly string[]): string {
  return commands.length === 0 ? 'false' : commands.join(' || ')
}

function touch(folder: string): string {
  const file = quote(join(folder, '.opencode-driver-check'))
  return `(: > ${file} && rm -f ${file})`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

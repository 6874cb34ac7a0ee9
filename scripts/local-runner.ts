import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { rgPath } from '@vscode/ripgrep'
import { readDefaults } from '../src/inputs/source.ts'

/** The tool cache of the demo, the benchmark and the tests. */
export const sharedToolCache = join(
  import.meta.dirname,
  '..',
  'node_modules',
  '.cache',
  'opencode-driver',
)

/** A step of a workflow that uses the action. */
export type Step = {
  readonly workspace: string
  readonly inputs: Readonly<Record<string, string>>
  /** `env` of the step. */
  readonly env?: Readonly<Record<string, string>>
  readonly toolCache?: string
  readonly event?: { readonly name: string; readonly payload: object }
  /** Called for each line of the log while `main` runs. */
  readonly onLine?: (line: string, main: ChildProcess) => void
  readonly limitMs?: number
  /** A command that runs the command after it, for example as another user or in other namespaces. */
  readonly launcher?: readonly string[]
  /** The folder for the runner's temporary files; defaults to a new one. */
  readonly temp?: string
  /** The folder of the action; defaults to this repository. */
  readonly action?: string
}

/** What a finished step leaves: what a workflow's author sees, and its internals. */
export type StepResult = {
  readonly exitCode: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly state: Readonly<Record<string, string>>
  /** What later steps get: variables, and folders of `PATH`. */
  readonly later: { readonly env: Readonly<Record<string, string>>; readonly path: string }
  readonly seconds: number
  readonly post: {
    readonly exitCode: number | null
    readonly log: string
    readonly summary: string
  }
  readonly temp: string
}

/**
 * Runs the built action as GitHub's runner does: environment, file commands, `main`, then `post` with the saved state.
 * Source: actions/runner 2.336 (ActionRunner, NodeScriptActionHandler, FileCommandManager).
 */
export async function runStep(step: Step): Promise<StepResult> {
  const temp = step.temp ?? mkdtempSync(join(tmpdir(), 'opencode-driver-runner-'))
  const files = fileCommands(temp, 'main')
  const started = Date.now()
  const env = { ...stepEnvironment(step, { temp }), ...files.env }
  const main = await runEntry('main', { env, step })
  const seconds = (Date.now() - started) / 1000
  const state = readFileCommand(files.state)
  const after = fileCommands(temp, 'post')
  const saved = Object.fromEntries(
    Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]),
  )
  const post = await runEntry('post', {
    env: { ...env, ...saved, ...after.env },
    step: { limitMs: 30_000, launcher: step.launcher ?? [], action: step.action ?? root },
  })
  return {
    ...main,
    outputs: readFileCommand(files.output),
    summary: readFileSync(files.summary, 'utf8'),
    state,
    later: {
      env: readFileCommand(files.env.GITHUB_ENV),
      path: readFileSync(files.env.GITHUB_PATH, 'utf8'),
    },
    seconds,
    post: { ...post, summary: readFileSync(after.summary, 'utf8') },
    temp,
  }
}

/** What a finished step of the second action leaves. */
export type PublishResult = Pick<StepResult, 'exitCode' | 'log' | 'outputs' | 'summary'>

/** Runs the built second action, `publish/action.yml`, which has no `post`. */
export async function runPublishStep(step: Step): Promise<PublishResult> {
  const temp = mkdtempSync(join(tmpdir(), 'opencode-driver-runner-'))
  const files = fileCommands(temp, 'publish')
  const env = { ...stepEnvironment(step, { temp, action: 'publish' }), ...files.env }
  const ended = await runEntry('publish', { env, step })
  const summary = readFileSync(files.summary, 'utf8')
  return { ...ended, outputs: readFileCommand(files.output), summary }
}

/** The environment of every step, including secrets that the agent must never see. */
function stepEnvironment(
  step: Step,
  { temp, action = '' }: { temp: string; action?: '' | 'publish' },
): Record<string, string> {
  const payload = join(temp, 'event.json')
  writeFileSync(payload, JSON.stringify(step.event?.payload ?? {}))
  const inputs = { ...readDefaults(action), ...step.inputs }
  const names = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return {
    // opencode's file search needs ripgrep, and would download it.
    PATH: [dirname(rgPath), process.env.PATH].join(delimiter),
    HOME: process.env.HOME ?? temp,
    LANG: 'C.UTF-8',
    ...npmEnvironment(),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: step.workspace,
    GITHUB_REPOSITORY: 'octo/sample',
    GITHUB_EVENT_NAME: step.event?.name ?? 'schedule',
    GITHUB_EVENT_PATH: payload,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_RUN_ID: '4242',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: 'mona',
    GITHUB_TRIGGERING_ACTOR: step.env?.GITHUB_ACTOR ?? 'mona',
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_TOKEN: 'ghs_canaryOfTheWorkflowToken',
    ACTIONS_RUNTIME_TOKEN: 'canaryOfTheRuntimeToken',
    ACTIONS_RUNTIME_URL: 'https://runtime.example/',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: step.toolCache ?? sharedToolCache,
    RUNNER_TRACKING_ID: 'github_canary',
    RUNNER_OS: 'Linux',
    ...Object.fromEntries(names),
    ...step.env,
  }
}

function npmEnvironment(): Record<string, string> {
  const names = [
    'NPM_CONFIG_USERCONFIG',
    'NPM_CONFIG_REGISTRY',
    'npm_config_registry',
    'NODE_EXTRA_CA_CERTS',
  ]
  const set = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return Object.fromEntries(set)
}

function fileCommands(temp: string, phase: string) {
  const directory = join(temp, '_runner_file_commands', phase)
  mkdirSync(directory, { recursive: true })
  const make = (name: string) => {
    const path = join(directory, name)
    writeFileSync(path, '')
    return path
  }
  const output = make('set_output')
  const state = make('save_state')
  const summary = make('step_summary')
  const env = {
    GITHUB_OUTPUT: output,
    GITHUB_STATE: state,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_ENV: make('set_env'),
    GITHUB_PATH: make('add_path'),
  }
  return { output, state, summary, env }
}

/** `K<<DELIMITER`, lines, `DELIMITER`; or `K=V`. */
function readFileCommand(path: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = readFileSync(path, 'utf8').split(/\r?\n/)
  while (lines.length > 0) {
    const line = lines.shift() ?? ''
    const [, name = '', mark = '', rest = ''] = /^([^=<]+)(<<|=)(.*)$/.exec(line) ?? []
    if (mark === '=') values[name] = rest
    if (mark !== '<<') continue
    const end = lines.indexOf(rest)
    if (end < 0) throw new Error(`No end of ${name} in ${path}`)
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n')
  }
  return values
}

const root = join(import.meta.dirname, '..')

type Run = {
  readonly env: Readonly<Record<string, string>>
  readonly step: Pick<Step, 'onLine' | 'limitMs' | 'launcher' | 'action'>
}

async function runEntry(entry: 'main' | 'post' | 'publish', { env, step }: Run) {
  const script = join(step.action ?? root, 'dist', entry, 'index.js')
  const [file = '', ...args] = [...(step.launcher ?? []), process.execPath, script]
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  let rest = ''
  const take = (text: string) => {
    log += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) step.onLine?.(line, child)
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const timer = setTimeout(() => child.kill('SIGKILL'), step.limitMs ?? 120_000)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('close', (code) => resolve(code))
  const exitCode = await promise
  clearTimeout(timer)
  return { exitCode, log }
}

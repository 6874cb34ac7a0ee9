import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDefaults } from '../src/inputs/source.ts'
import { installOpencode } from '../src/install/install.ts'
import { rehearsalProvider, startRehearsal } from '../src/rehearsal/rehearsal.ts'
import { type Result, resultSchema } from '../src/result.ts'
import { measureBroker } from './bench-broker.ts'
import { measureCancel, measureGivingUp, measureMemory } from './bench-endings.ts'
import { runStep, sharedToolCache } from './local-runner.ts'

/** Measures each value in rounds, next to what it is compared with, and prints medians and ratios. */
const rounds = Number(process.argv[2] ?? 5)
const version = readDefaults()['opencode-version'] ?? ''
const prompt = 'Plan a function that multiplies two numbers.'
const workspace = makeWorkspace()
const phases = [
  ['isolated', ''],
  ['installed', 'isolated'],
  ['listening', 'installed'],
  ['verified', 'listening'],
  ['prompted', 'verified'],
] as const

const binary = await install(sharedToolCache)
const seconds: Record<string, number[]> = {}
for (let round = 1; round <= rounds; round++) {
  console.log(`round ${round} of ${rounds}`)
  await measureRun()
  await measureInstall()
  keep('retry status to end', await measureGivingUp(workspace))
  keep('SIGINT to end', await measureCancel(workspace))
  await note('bare node', () => runNode(['-e', '0'], {}))
  await note('bundle start', () =>
    runNode([join(import.meta.dirname, '..', 'dist', 'main', 'index.js')], bundleEnv()),
  )
}
report()
const { direct, brokered } = await measureBroker()
console.log(
  `model call: direct, through the broker   ${direct.toFixed(2)} ms, ${brokered.toFixed(2)} ms (+${(brokered - direct).toFixed(2)} ms)`,
)
const { own, all } = await measureMemory(workspace)
console.log(
  `memory, 5 MB answer in 100,000 events   ${own.toFixed(0)} MB private, ${all.toFixed(0)} MB with shared pages`,
)

/** The action from process start to the end of `main`, and `opencode run` with the same model and prompt. */
async function measureRun(): Promise<void> {
  const step = await runStep({ workspace, inputs: { model: 'rehearsal/plan', prompt } })
  if (step.outputs.outcome !== 'completed') throw new Error(step.log)
  keep('action', step.seconds)
  const { timings } = readRun(step.outputs['run-directory'] ?? '')
  keep('line to verified', (timings.verified ?? 0) - (timings.listening ?? 0))
  for (const [phase, before] of phases)
    keep(`  ${phase}`, (timings[phase] ?? 0) - (timings[before] ?? 0))
  const open = { model: 'rehearsal/plan', prompt, isolation: 'off' }
  keep('action, isolation off', (await runStep({ workspace, inputs: open })).seconds)

  await using rehearsal = await startRehearsal()
  const provider = { rehearsal: rehearsalProvider(rehearsal) }
  const config = {
    enabled_providers: ['rehearsal'],
    provider,
    snapshot: false,
    share: 'disabled',
    autoupdate: false,
  }
  const home = mkdtempSync(join(tmpdir(), 'opencode-driver-bench-'))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
  }
  const args = ['run', '--agent', 'plan', '--model', 'rehearsal/plan', '--title', 'bench', prompt]
  await note('opencode run', () => runProcess({ command: binary, args, env, cwd: workspace }))
  rmSync(home, { recursive: true, force: true })
}

/** The verified install into an empty tool cache, and npm's into an empty folder with an empty cache. */
async function measureInstall(): Promise<void> {
  const empty = () => mkdtempSync(join(tmpdir(), 'opencode-driver-bench-'))
  const [tools, folder, cache] = [empty(), empty(), empty()]
  await note('cold install', () => install(tools))
  writeFileSync(join(folder, 'package.json'), '{}')
  const args = ['install', '--no-audit', '--no-fund', '--cache', cache, `opencode-ai@${version}`]
  await note('npm install opencode-ai', () =>
    runProcess({ command: 'npm', args, env: { ...process.env }, cwd: folder }),
  )
  for (const directory of [tools, folder, cache])
    rmSync(directory, { recursive: true, force: true })
}

async function install(toolCache: string): Promise<string> {
  const temporary = mkdtempSync(join(tmpdir(), 'opencode-driver-bench-'))
  Object.assign(process.env, { RUNNER_TOOL_CACHE: toolCache, RUNNER_TEMP: temporary })
  const env = { ...process.env }
  const log = () => undefined
  const { program } = await installOpencode(
    { version, temporary, env, log },
    AbortSignal.timeout(300_000),
  )
  rmSync(temporary, { recursive: true, force: true })
  return program.path
}

function makeWorkspace(): string {
  const root = mkdtempSync(join(tmpdir(), 'opencode-driver-bench-'))
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'README.md'), '# Sums\n\nAdds numbers.\n')
  writeFileSync(join(root, 'src', 'sum.js'), 'export const sum = (a, b) => a + b\n')
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com']
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...identity, 'commit', '-qm', 'Sums'],
  ])
    execFileSync('git', args, { cwd: root })
  return root
}

function bundleEnv(): Record<string, string> {
  const temp = mkdtempSync(join(tmpdir(), 'opencode-driver-bench-'))
  const files = ['OUTPUT', 'STATE', 'STEP_SUMMARY'].map((name) => {
    const path = join(temp, name)
    writeFileSync(path, '')
    return [`GITHUB_${name}`, path]
  })
  return { RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, ...Object.fromEntries(files) }
}

function runNode(args: readonly string[], env: Record<string, string>): Promise<void> {
  return runProcess({ command: process.execPath, args, env, cwd: workspace, anyExit: true })
}

type Command = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly anyExit?: boolean
}

function runProcess({ command, args, env, cwd, anyExit }: Command): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const child = spawn(command, args, {
    env,
    cwd,
    stdio: 'ignore',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  child.once('error', reject)
  child.once('exit', (code) => {
    if (code === 0 || anyExit) resolve()
    else reject(new Error(`${command} ${args[0]} ended with ${code}`))
  })
  return promise
}

function readRun(directory: string): Result {
  return resultSchema.parse(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')))
}

async function note(name: string, body: () => Promise<unknown>): Promise<void> {
  const started = performance.now()
  await body()
  keep(name, (performance.now() - started) / 1000)
}

function keep(name: string, value: number): void {
  seconds[name] = [...(seconds[name] ?? []), value]
}

function median(name: string): number {
  const sorted = [...(seconds[name] ?? [])].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

function report(): void {
  const ratio = (name: string, than: string) => (median(name) / median(than)).toFixed(2)
  const rows = Object.keys(seconds).map(
    (name) => `${name.padEnd(26)} ${median(name).toFixed(2).padStart(7)} s`,
  )
  console.log(['', `medians of ${rounds} rounds`, ...rows, ''].join('\n'))
  console.log(`action / opencode run                 ${ratio('action', 'opencode run')}`)
  console.log(`action / action, isolation off        ${ratio('action', 'action, isolation off')}`)
  console.log(
    `cold install / npm install            ${ratio('cold install', 'npm install opencode-ai')}`,
  )
  console.log(`bundle start / bare node              ${ratio('bundle start', 'bare node')}`)
}

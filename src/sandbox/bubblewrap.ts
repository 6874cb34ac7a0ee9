import { existsSync, readFileSync } from 'node:fs'
import { allowedEnvironment } from '../programs/environment.ts'
import { execProgram } from '../programs/exec.ts'
import { findSystemProgram, type Program } from '../programs/programs.ts'
import type { Ending } from '../programs/run.ts'
import type { Command } from '../programs/start.ts'
import { installPackage } from './package-manager.ts'
import { findRoot } from './root.ts'

/** A bubblewrap that makes sandboxes on this machine; `version` is like `0.8.0`. */
export type Bubblewrap = { readonly program: Program; readonly version: string }

/** Why there is no sandbox, and what would fix that: clauses, without a full stop. */
export type Unavailable = { readonly why: string; readonly remedy: string | undefined }

type Setting = {
  readonly env: Readonly<Record<string, string>>
  readonly log: (line: string) => void
}

/**
 * Finds a bubblewrap that works: the system's, or the package of its package manager. Where Ubuntu denies it user
 * namespaces, an AppArmor profile allows them, if sudo asks for no password. Changes nothing where one works already.
 */
export async function provideBubblewrap(
  { env, log }: Pick<Setting, 'log'> & { readonly env: Parameters<typeof allowedEnvironment>[0] },
  signal: AbortSignal,
): Promise<Bubblewrap | Unavailable> {
  if (process.platform !== 'linux')
    return { why: `bubblewrap needs Linux, and this is ${process.platform}`, remedy: undefined }
  const setting = { env: allowedEnvironment(env), log }
  const program = findSystemProgram('bwrap') ?? (await install(setting, signal))
  if ('why' in program) return program
  const first = await tryOut(program, setting, signal)
  const isAllowed = first.problem !== undefined && (await allow(program, setting, signal))
  const { problem, stdout } = isAllowed ? await tryOut(program, setting, signal) : first
  if (problem !== undefined)
    return { why: `bubblewrap does not work here (${problem})`, remedy: namespaceAdvice() }
  return { program, version: /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown' }
}

async function install({ env, log }: Setting, signal: AbortSignal): Promise<Program | Unavailable> {
  const because = (problem: string) => `bubblewrap is not installed (${problem})`
  // Many containers forbid user namespaces: then it need not be fetched.
  const unshare = isRestricted() ? undefined : findSystemProgram('unshare')
  const refused =
    unshare && (await ask({ program: unshare, args: ['--user', 'true'] }, env, signal))
  if (refused?.problem !== undefined)
    return { why: because(`it would not work: ${refused.problem}`), remedy: namespaceAdvice() }
  const runAsRoot = await findRoot(env, signal)
  const problem = await installPackage('bubblewrap', { runAsRoot, log }, signal)
  const remedy = 'install the package bubblewrap in an earlier step'
  const why = because(problem ?? 'its package has no program bwrap')
  return findSystemProgram('bwrap') ?? { why, remedy }
}

/** Makes the namespaces and mounts that a sandbox needs, around bubblewrap itself, which prints its version. */
async function tryOut(program: Program, { env }: Setting, signal: AbortSignal): Promise<Ending> {
  const view = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp']
  const args = [...namespaces, ...view, program.path, '--version']
  return await ask({ program, args }, env, signal)
}

const tryLimitMs = 10_000

async function ask(command: Command, env: Setting['env'], signal: AbortSignal): Promise<Ending> {
  return await execProgram(command, { env, limitMs: tryLimitMs }, signal)
}

/** No capabilities, no other process in sight, no shared terminal. */
export const namespaces = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
] as const

/**
 * Ubuntu from 23.10 on lets a program make user namespaces only if an AppArmor profile says so (ubuntu.com/blog,
 * "Restricted unprivileged user namespaces"). The profile is loaded for this one program, until the machine restarts.
 */
async function allow(bwrap: Program, { env, log }: Setting, signal: AbortSignal): Promise<boolean> {
  const program = findSystemProgram('sh')
  const runAsRoot = isRestricted() ? await findRoot(env, signal) : undefined
  if (program === undefined || runAsRoot === undefined) return false
  log('Loading an AppArmor profile that lets bubblewrap make user namespaces')
  const profile = `abi <abi/4.0>,\nprofile opencode-driver-bwrap ${bwrap.path} flags=(unconfined) {\n  userns,\n}\n`
  const script = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin; printf "%s" "$1" | apparmor_parser --replace'
  return (await runAsRoot({ program, args: ['-c', script, 'sh', profile] }, signal)) === undefined
}

function isRestricted(): boolean {
  const setting = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'
  return existsSync(setting) && readFileSync(setting, 'utf8').trim() === '1'
}

/** What would let bubblewrap make namespaces. */
function namespaceAdvice(): string {
  if (['/.dockerenv', '/run/.containerenv'].some((mark) => existsSync(mark)))
    return 'give the container the options "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined", or run the job without a container'
  if (isRestricted())
    return 'run "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in an earlier step, or load an AppArmor profile that lets bubblewrap make user namespaces'
  return 'let users of this machine make user namespaces (user.max_user_namespaces, kernel.unprivileged_userns_clone)'
}

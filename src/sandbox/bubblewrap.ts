import { readFile } from 'node:fs/promises'
import { allowedEnvironment } from '../programs/environment.ts'
import { findSystemProgram, type Program } from '../programs/programs.ts'
import { runProgram } from '../programs/run.ts'
import type { Command } from '../programs/start.ts'
import { findPackageManager, installPackage } from './package-manager.ts'
import { asRoot, type Privileges } from './privileges.ts'
import { isThere } from './there.ts'

/** A bubblewrap that makes sandboxes on this machine. */
export type Bubblewrap = {
  readonly program: Program
  /** As in `0.8.0`. */
  readonly version: string
}

/** Why there is no sandbox, and what would mend it: clauses, without a full stop. */
export type Lack = { readonly why: string; readonly remedy: string | undefined }

/** The bubblewrap, or why there is none. */
export type Provided =
  | { readonly bubblewrap: Bubblewrap; readonly missing?: undefined }
  | { readonly bubblewrap?: undefined; readonly missing: Lack }

type Env = Readonly<Record<string, string | undefined>>

type Setting = {
  readonly env: Env
  readonly log: (line: string) => void
  readonly privileges: Privileges
}

/**
 * Finds a bubblewrap that works: the system's own, or the package of its package manager; where Ubuntu keeps user
 * namespaces from it, it is given leave, if sudo asks for no password. Changes nothing where one works already.
 */
export async function provideBubblewrap(
  { env, log }: Pick<Setting, 'env' | 'log'>,
  signal: AbortSignal,
): Promise<Provided> {
  if (process.platform !== 'linux')
    return {
      missing: { why: `it is for Linux, and this is ${process.platform}`, remedy: undefined },
    }
  const privileges = asRoot(allowedEnvironment(env))
  const setting = { env, log, privileges }
  const program = findSystemProgram('bwrap') ?? (await install(setting, signal))
  if ('problem' in program) return { missing: await missing(program) }
  const refused = await tryOut(program, env, signal)
  if (refused === undefined) return await describe(program, env, signal)
  const isAllowed = await allow(program, setting, signal)
  const still = isAllowed ? await tryOut(program, env, signal) : refused
  return still === undefined
    ? await describe(program, env, signal)
    : { missing: await notWorking(still) }
}

type NotInstalled = {
  readonly problem: string
  /** It could not work if it were there. */
  readonly isForbidden?: boolean
}

async function install(
  { env, log, privileges }: Setting,
  signal: AbortSignal,
): Promise<Program | NotInstalled> {
  // Many containers forbid what it needs: then it need not be fetched.
  const refused = (await isOn(restriction)) ? undefined : await tryNamespace(env, signal)
  if (refused !== undefined) return { problem: `it could not work: ${refused}`, isForbidden: true }
  const manager = await findPackageManager(privileges, signal)
  if ('problem' in manager) return manager
  log(`Installing bubblewrap with ${manager.name}`)
  const problem = await installPackage('bubblewrap', manager, signal)
  if (problem !== undefined) return { problem: `${manager.name} could not install it: ${problem}` }
  const installed = findSystemProgram('bwrap')
  return installed ?? { problem: `${manager.name} installed it, and yet there is no program bwrap` }
}

/** Why no user namespace can be made; undefined if that is not known. */
async function tryNamespace(env: Env, signal: AbortSignal): Promise<string | undefined> {
  const program = findSystemProgram('unshare')
  if (program === undefined) return undefined
  return await ask({ program, args: ['--user', 'true'] }, env, signal)
}

async function missing({ problem, isForbidden }: NotInstalled): Promise<Lack> {
  const install = 'install the package bubblewrap in a step before'
  return {
    why: `bubblewrap is not there (${problem})`,
    remedy: isForbidden ? await spaceAdvice() : install,
  }
}

const tryLimitMs = 10_000

/** The namespaces and mounts that a sandbox needs, around a program that does nothing; the problem, if they can't be had. */
async function tryOut(
  program: Program,
  env: Env,
  signal: AbortSignal,
): Promise<string | undefined> {
  const view = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp']
  return await ask({ program, args: [...namespaces, ...view, 'true'] }, env, signal)
}

async function ask(command: Command, env: Env, signal: AbortSignal): Promise<string | undefined> {
  const options = { env: allowedEnvironment(env), limitMs: tryLimitMs }
  return (await runProgram(command, options, signal)).problem
}

/** No user namespace's power, no other process in sight, no terminal of anybody's. */
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

async function describe(program: Program, env: Env, signal: AbortSignal): Promise<Provided> {
  const options = { env: allowedEnvironment(env), limitMs: tryLimitMs }
  const { stdout } = await runProgram({ program, args: ['--version'] }, options, signal)
  return { bubblewrap: { program, version: /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown' } }
}

const restriction = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'

/**
 * Ubuntu from 23.10 on lets a program make user namespaces only if an AppArmor profile says so (ubuntu.com/blog,
 * "Restricted unprivileged user namespaces"). The profile is loaded for this one program, until the machine ends.
 */
async function allow(bwrap: Program, { log, privileges }: Setting, signal: AbortSignal) {
  if (!(await isOn(restriction)) || !(await privileges.have(signal))) return false
  const program = findSystemProgram('sh')
  if (program === undefined) return false
  log('Letting bubblewrap make user namespaces, by an AppArmor profile of its own')
  const profile = `abi <abi/4.0>,\nprofile opencode-driver-bwrap ${bwrap.path} flags=(unconfined) {\n  userns,\n}\n`
  const script = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin; printf "%s" "$1" | apparmor_parser --replace'
  const args = ['-c', script, 'sh', profile]
  return (await privileges.run({ program, args }, signal)) === undefined
}

async function isOn(setting: string): Promise<boolean> {
  const text = await readFile(setting, 'utf8').catch(() => '')
  return text.trim() === '1'
}

async function notWorking(problem: string): Promise<Lack> {
  return { why: `bubblewrap does not work here (${problem})`, remedy: await spaceAdvice() }
}

/** What would let bubblewrap make namespaces. */
async function spaceAdvice(): Promise<string> {
  if (await isContainer())
    return 'give the container the options "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined", or run the job without a container'
  if (await isOn(restriction))
    return 'run "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in a step before, or load an AppArmor profile that lets bubblewrap make user namespaces'
  return 'let users of this machine make user namespaces (user.max_user_namespaces, kernel.unprivileged_userns_clone)'
}

async function isContainer(): Promise<boolean> {
  const marks = ['/.dockerenv', '/run/.containerenv']
  return (await Promise.all(marks.map(isThere))).includes(true)
}

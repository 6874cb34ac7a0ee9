import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** The folder of the modules that find and run programs. */
export const programs = join(import.meta.dirname, '../../src/programs')

/** What a function's body returns that a user runs on a machine whose `/usr/local/bin` holds only what a script makes; needs root. */
export function runAs(user: number, setup: string, script: string): unknown {
  const make =
    'mount -t tmpfs -o mode=755 tmpfs /usr/local/bin; cd /usr/local/bin; eval "$1"; shift; exec "$@"'
  const load = `
    const { findProgram, findSystemProgram, programAt } = await import('${programs}/programs.ts')
    const { runProgram } = await import('${programs}/run.ts')
    process.setgroups([])
    process.setgid(${user})
    process.setuid(${user})
    const answer = await (async () => { ${script} })()
    process.stdout.write(JSON.stringify(answer), () => process.exit())`
  const node = [process.execPath, '--input-type=module', '--eval', load]
  const apart = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const args = [...apart, 'sh', '-ec', make, 'sh', setup, ...node]
  return JSON.parse(execFileSync('unshare', args, { encoding: 'utf8', timeout: 20_000 }))
}

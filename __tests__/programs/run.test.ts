import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { findSystemProgram, programAt } from '../../src/programs/programs.ts'
import { runProgram } from '../../src/programs/run.ts'
import { programs, runAs } from '../support/users.ts'

const rootTest = process.geteuid?.() === 0 ? test : test.skip
const options = { env: {}, limitMs: 10_000 }
const soon = () => AbortSignal.timeout(170_000)
const newFolder = () => mkdtempSync(join(tmpdir(), 'run-'))

rootTest('a program that this user can’t kill is not waited for', () => {
  const script = `
    const program = programAt('/usr/local/bin/setpriv', {})
    const args = ['--reuid', '0', '--clear-groups', '/usr/bin/sleep', '60']
    return await runProgram({ program, args }, { env: {}, limitMs: 500 }, AbortSignal.timeout(9000))`
  const ended = runAs(65_534, 'cp /usr/bin/setpriv .; chmod 4755 setpriv', script)
  expect(ended).toMatchObject({ problem: 'it did not end within 0.5 s' })
})

function shell() {
  const program = findSystemProgram('sh')
  if (program === undefined) throw new Error('There is no shell.')
  return program
}

test('a program that is cancelled ends, and the reason is thrown', async () => {
  const file = join(newFolder(), 'fifo')
  execFileSync('mkfifo', [file])
  const stop = new AbortController()
  const args = ['-c', `exec > ${file}; echo up; sleep 60`]
  const patient = { env: {}, limitMs: 100_000 }
  const running = runProgram({ program: shell(), args }, patient, stop.signal)
  const output = createReadStream(file, 'utf8')
  await once(output, 'data')
  stop.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
  await once(output, 'end', { signal: soon() })
})

test('a program that is gone is a problem, and so is no input that it leaves unread', async () => {
  const gone = programAt('/nowhere/program', {})
  const { problem } = await runProgram({ program: gone, args: [] }, options, soon())
  expect(problem).toContain('ENOENT')
  const unread = { program: shell(), args: ['-c', 'exec 3<&-'], extra: Buffer.alloc(5_000_000) }
  expect((await runProgram(unread, options, soon())).problem).toBeUndefined()
})

test('of what a program prints only the last 64 MiB are kept', async () => {
  const args = ['-c', 'head -c 67108865 /dev/zero; printf end']
  const { stdout } = await runProgram({ program: shell(), args }, options, soon())
  expect(stdout).toHaveLength(64 * 1024 * 1024)
  expect(stdout.slice(-3)).toBe('end')
})

test('a process that holds the output open keeps nobody from ending', () => {
  const script = `
    const { findSystemProgram } = await import('${programs}/programs.ts')
    const { runProgram } = await import('${programs}/run.ts')
    const command = { program: findSystemProgram('sh'), args: ['-c', 'setsid sleep 5 & wait'] }
    await runProgram(command, { env: {}, limitMs: 300 }, AbortSignal.timeout(9000))`
  const start = performance.now()
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' })
  expect(performance.now() - start).toBeLessThan(4000)
})

test('a program that does not end in time is ended with its group, and nothing is waited for', async () => {
  const file = join(newFolder(), 'pids')
  // The second one leaves the group, and holds the output open.
  const script = `sleep 61 & echo $! > ${file}; setsid sleep 62 & echo $! >> ${file}; wait`
  const short = { env: {}, limitMs: 500 }
  const ended = await runProgram({ program: shell(), args: ['-c', script] }, short, soon())
  expect(ended.problem).toBe('it did not end within 0.5 s')
  const [first = 0, second = 0] = readFileSync(file, 'utf8').split('\n').map(Number)
  const isRunning = (pid: number) => /^State:\s*[^ZX]/m.test(readStatus(pid))
  while (isRunning(first)) await setImmediate()
  process.kill(second, 'SIGKILL')
})

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { execProgram } from '../../src/programs/exec.ts'
import { endProcesses, findTracked, trackingVariable } from '../../src/programs/processes.ts'
import { findSystemProgram } from '../../src/programs/programs.ts'

const soon = () => AbortSignal.timeout(170_000)

function shell(script: string) {
  const program = findSystemProgram('sh')
  if (program === undefined) throw new Error('There is no shell.')
  return { program, args: ['-c', script] }
}

test('a program gets the given environment, its own name, and no input', async () => {
  const script = 'cat; echo "$0 $GIVEN $HOME"; env | grep -c ^PATH='
  const env = { GIVEN: 'given' }
  const ending = await execProgram(shell(script), { env, limitMs: 10_000 }, soon())
  const { name } = shell('').program
  expect(ending).toEqual({ stdout: `${name} given \n1\n`, problem: undefined })
})

test('a program that fails is a problem, in its own words', async () => {
  const options = { env: {}, limitMs: 10_000 }
  const failing = shell('echo first >&2; echo last >&2; exit 3')
  expect((await execProgram(failing, options, soon())).problem).toBe('last')
  expect((await execProgram(shell('exit 3'), options, soon())).problem).toBe('it ended with 3')
})

test.each(['deadline', 'cancel'])('at a %s everything that a program started ends', async (how) => {
  const mark = randomUUID()
  const script = 'setsid sleep 61 & sleep 62 & wait'
  const stop = new AbortController()
  const env = { MARK: mark }
  const limitMs = how === 'deadline' ? 500 : 100_000
  const running = execProgram(shell(script), { env, limitMs }, stop.signal)
  if (how === 'cancel') {
    setTimeout(() => stop.abort(new Error('enough')), 300)
    await expect(running).rejects.toThrow('enough')
  } else expect((await running).problem).toBe('it did not end within 0.5 s')
  const command = shell(`grep -ls MARK=${mark} /proc/[0-9]*/environ | grep -v self; true`)
  const { stdout } = await execProgram(command, { env: {}, limitMs: 10_000 }, soon())
  expect(stdout).toBe('')
})

test('processes with the tracking id are found, asked to end once, and then killed', async () => {
  const trackingId = randomUUID()
  const script = "trap 'echo asked' TERM; echo up; while :; do sleep 0.05; done"
  const env = { PATH: process.env.PATH, [trackingVariable]: trackingId }
  const child = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await once(child.stdout, 'data')
  const closed = once(child, 'close')
  expect(await findTracked({ trackingId })).toContain(child.pid)
  await endProcesses({ pid: undefined, trackingId }, 300)
  await closed
  expect(output).toBe('up\nasked\n')
  expect(await findTracked({ trackingId })).toEqual([])
})

test('a process of the group that cleared its environment is asked to end, and then killed', async () => {
  const trackingId = randomUUID()
  const inner = "trap 'echo asked' TERM; echo up; while :; do sleep 0.05; done"
  const env = { PATH: process.env.PATH, [trackingVariable]: trackingId, INNER: inner }
  const script = 'trap "sleep 0.2" TERM; env -i sh -c "$INNER" & wait; wait'
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  const child = spawn('sh', ['-c', script], { env, detached: true, stdio: [...stdio] })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  while (output === '') await new Promise(setImmediate)
  const closed = once(child, 'close', { signal: AbortSignal.timeout(10_000) })
  await endProcesses({ pid: child.pid, trackingId }, 300)
  await closed
  expect(output).toBe('up\nasked\n')
})

test('a process that was given the number of one that has ended is left alone', async () => {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  await once(child, 'spawn')
  await endProcesses({ pid: child.pid, trackingId: randomUUID() }, 50)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  expect((await ended)[1]).toBe('SIGKILL')
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { pauseSandbox } from '../../src/sandbox/pause.ts'
import { sandboxTest } from '../support/sandbox.ts'

const { signal } = new AbortController()

const base = [
  '--ro-bind',
  '/',
  '/',
  '--dev',
  '/dev',
  '--proc',
  '/proc',
  '--unshare-pid',
  '--die-with-parent',
]

/** A sandbox whose command and a process without ties each append to a file of theirs for good. */
function startSandbox() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pause-')))
  const beat = (name: string) => `while :; do echo x >> ${folder}/${name}; sleep 0.01; done`
  const script = `setsid env -i /bin/sh -c '${beat('stray')}' & exec /bin/sh -c '${beat('command')}'`
  const options = [...base, '--bind', folder, folder]
  const child = spawn('bwrap', [...options, '/bin/sh', '-c', script])
  const sizeOf = (name: string) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return {
    pid: child.pid ?? 0,
    /** Resolves when the file has grown. */
    async growth(name: string) {
      const before = sizeOf(name)
      while (sizeOf(name) <= before) await sleep(10)
    },
    sizes: () => [sizeOf('stray'), sizeOf('command')],
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

sandboxTest(
  'nothing runs in a paused sandbox, and afterwards everything but strays goes on',
  async () => {
    await using sandbox = startSandbox()
    await Promise.all([sandbox.growth('stray'), sandbox.growth('command')])
    const paused = await pauseSandbox(sandbox.pid, signal)
    const before = sandbox.sizes()
    await sleep(200)
    expect(sandbox.sizes()).toEqual(before)
    paused?.killStrays()
    paused?.[Symbol.dispose]()
    await sandbox.growth('command')
    const [stray] = sandbox.sizes()
    await sandbox.growth('command')
    expect(sandbox.sizes()[0]).toBe(stray)
  },
)

sandboxTest('processes that start others all the time are stopped, too', async () => {
  const script = 'f() { (sleep 0.01; f) & (sleep 0.01) & wait; }; f & f & f & wait'
  const child = spawn('bwrap', [...base, '/bin/bash', '-c', script])
  await once(child, 'spawn')
  await sleep(300)
  const paused = await pauseSandbox(child.pid ?? 0, signal)
  expect(paused).toBeDefined()
  const running = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
  expect(readFileSync(`/proc/${running}/status`, 'utf8')).toMatch(/^State:\s+T/m)
  paused?.[Symbol.dispose]()
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
})

sandboxTest('a sandbox that has ended is not paused', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(await pauseSandbox(child.pid ?? 0, signal)).toBeUndefined()
})

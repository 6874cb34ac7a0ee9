import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { useBinary } from '../../src/install/install.ts'
import { startMachine } from '../support/installation.ts'

const never = new AbortController().signal

async function use(script: string, { mode = 0o755, signal = never } = {}) {
  await using machine = await startMachine()
  const path = join(machine.root, 'opencode')
  if (script !== '') await writeFile(path, script, { mode })
  const { temporary } = machine
  const { env } = process
  const log = (line: string) => machine.log.push(line)
  const binary = await useBinary({ path, temporary, env, log }, signal)
  expect(await readdir(temporary)).toEqual([])
  return { binary: { ...binary, given: binary.program.path === path }, log: machine.log }
}

describe('opencode-path', () => {
  test('is used as it is, and the log says that it is not verified', async () => {
    const { binary, log } = await use('#!/bin/sh\necho 1.20.1\n')
    expect(binary).toMatchObject({
      given: true,
      version: '1.20.1',
      source: 'path',
      verified: 'not verified',
    })
    expect(log).toEqual(['opencode 1.20.1 from opencode-path, not verified'])
  })

  test('is asked with a home of its own and nothing of the environment', async () => {
    process.env.SECRET_OF_THE_RUN = 'secret'
    const script =
      '#!/bin/sh\n[ -z "$SECRET_OF_THE_RUN" ] && [ "$HOME" = "$(pwd)" ] && echo 1.3.0\n'
    await expect(use(script)).resolves.toMatchObject({ binary: { version: '1.3.0' } })
  })

  test('may be a script for node, as npm installs it', async () => {
    const script = '#!/usr/bin/env node\nconsole.log("1.3.3")\n'
    await expect(use(script)).resolves.toMatchObject({ binary: { version: '1.3.3' } })
  })

  test.each([
    ['that does not exist', '', {}, /there is no such file/],
    ['that may not be executed', 'x', { mode: 0o644 }, /it is not an executable file/],
    ['that fails', '#!/bin/sh\nexit 3\n', {}, /it ended with 3/],
    ['that is something else', '#!/bin/sh\necho hello\n', {}, /does not print a version/],
    ['of another major', '#!/bin/sh\necho 2.0.0\n', {}, /opencode 2\.x has another API/],
  ])('%s ends as install-failed', async (_, script, options, message) => {
    await expect(use(script, options)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(message),
    })
  })

  test('that does not answer is waited for no longer than the run', async () => {
    const signal = AbortSignal.timeout(300)
    const failure = await use('#!/bin/sh\nexec sleep 60\n', { signal }).catch(
      (error: unknown) => error,
    )
    expect(signal.aborted).toBe(true)
    expect(failure).toBe(signal.reason)
  })
})

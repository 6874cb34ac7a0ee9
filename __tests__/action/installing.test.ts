import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { packages } from '../support/installation.ts'
import { startRegistry } from '../support/registry.ts'
import { runChecked } from '../support/step.ts'

const inputs = { model: 'rehearsal/plan', prompt: 'Do it.' }

const newCache = () => mkdtempSync(join(tmpdir(), 'opencode-driver-tools-'))

test('a package that is not the one whose digest the action carries ends the run, and nothing of it stays', async () => {
  await using registry = await startRegistry({ packages: packages() })
  const toolCache = newCache()
  const env = { npm_config_registry: registry.url }
  const { outputs, run } = await runChecked({ inputs, env, toolCache })
  expect(outputs.outcome).toBe('install-failed')
  expect(outputs.reason).toMatch(/digest|integrity/)
  expect(run.attempts).toEqual([])
  expect(readdirSync(toolCache, { recursive: true }).join()).not.toContain('bin')
})

test('cancelling during the download ends at once, and leaves no broken entry', async () => {
  await using registry = await startRegistry({ packages: packages(), slow: true })
  const toolCache = newCache()
  let at = 0
  const { outputs } = await runChecked({
    inputs,
    env: { npm_config_registry: registry.url },
    toolCache,
    onLine(line, main) {
      if (!line.includes('Install opencode')) return
      const stop = () => {
        at = Date.now()
        main.once('exit', () => {
          at = Date.now() - at
        })
        main.kill('SIGINT')
      }
      registry.halfway.then(stop, stop)
    },
  })
  expect(outputs.outcome).toBe('cancelled')
  expect(at).toBeLessThan(5000)
  expect(readdirSync(toolCache)).toEqual([])
})

test('a binary that is there is used as it is; one of another major version is refused with the reason', async () => {
  const there = { ...inputs, 'opencode-path': process.env.TEST_OPENCODE_PATH ?? '' }
  const used = await runChecked({ inputs: there, toolCache: newCache() })
  expect(used.outputs.outcome).toBe('completed')
  expect(used.run.opencode).toMatchObject({ source: 'path', verified: 'not verified' })
  const path = join(newCache(), 'opencode')
  writeFileSync(path, '#!/bin/sh\necho 2.0.1\n')
  chmodSync(path, 0o755)
  const refused = await runChecked({ inputs: { ...inputs, 'opencode-path': path } })
  expect(refused.outputs.outcome).toBe('install-failed')
  expect(refused.outputs.reason).toContain('opencode 2')
})

test('a server that dies at its start says so with the end of its log', async () => {
  const path = join(newCache(), 'opencode')
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && echo 1.18.33 && exit\necho "cannot open the database" >&2\nexit 3\n'
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  const { outputs, read } = await runChecked({ inputs: { ...inputs, 'opencode-path': path } })
  expect(outputs.outcome).toBe('server-failed')
  expect(outputs.reason).toContain('exit code 3')
  expect(outputs.reason).toContain('cannot open the database')
  expect(read('server.log')).toBe('cannot open the database\n')
})

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { reserveSpace } from '../../src/resources.ts'
import { resultSchema } from '../../src/result.ts'
import { fillDisk, mountSmall } from '../support/harmed.ts'

const script = join(import.meta.dirname, '..', '..', 'dist', 'post', 'index.js')

/** The built `post`, after a `main` that left this state. */
function runPost(state: Readonly<Record<string, string>>, prepare: (temp: string) => void) {
  const temp = mkdtempSync(join(tmpdir(), 'opencode-driver-post-'))
  prepare(temp)
  const temporary = join(temp, 'opencode-driver-x')
  const runDirectory = join(temp, 'run')
  mkdirSync(temporary)
  reserveSpace(temporary)
  const summary = join(temp, 'summary.md')
  writeFileSync(summary, '')
  const all = { trackingId: 'none', temporary, runDirectory, startedAt: '1', ...state }
  const entries = Object.entries(all).map(([key, value]) => [`STATE_${key}`, value])
  return {
    temp,
    temporary,
    end() {
      const env = {
        ...Object.fromEntries(entries),
        GITHUB_STEP_SUMMARY: summary,
        PATH: '/usr/bin:/bin',
      }
      const { status, stdout } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' })
      expect([status, stdout]).toEqual([0, expect.stringContaining('::warning::')])
      expect(existsSync(temporary)).toBe(false)
      const run = JSON.parse(readFileSync(join(runDirectory, 'run.json'), 'utf8'))
      expect(readFileSync(summary, 'utf8')).not.toBe('')
      return resultSchema.parse(run)
    },
  }
}

test.each([
  [{}, 'internal-error', /^The step was ended by force\. What had not yet been checked/],
  [
    { memoryKills: '-1' },
    'internal-error',
    /the kernel killed a process because the machine ran out of memory/,
  ],
  [{ memoryKills: '9999999' }, 'internal-error', /^The step was ended by force\. What/],
  [{ cancelled: 'true' }, 'cancelled', /^The workflow was cancelled, and the step was ended/],
  [{ outcome: 'timed-out' }, 'timed-out', /^The run ended as timed-out, and its result could not/],
] as const)('after a main that left %j, post says %s', (state, outcome, reason) => {
  const run = runPost(state, () => undefined).end()
  expect(run.outcome).toBe(outcome)
  expect(run.reason).toMatch(reason)
})

const probe = mountSmall(mkdtempSync(join(tmpdir(), 'opencode-driver-probe-')), '64k')
const whereMountable = probe.mounted ? test : test.skip
probe[Symbol.dispose]()

whereMountable(
  'a step that was ended on a full disk is not blamed on the memory, and its result fits',
  () => {
    const stack = new DisposableStack()
    using _ = stack
    const post = runPost({ memoryKills: '0' }, (temp) => void stack.use(mountSmall(temp, '16m')))
    fillDisk(post.temp)
    const run = post.end()
    expect(run.outcome).toBe('server-failed')
    expect(run.reason).toMatch(
      /^The step was ended by force\. The disk that holds RUNNER_TEMP is full/,
    )
  },
)

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Outcome } from '../../src/outcome.ts'
import { checkResult, saveFiles } from '../../src/publish/last-check.ts'
import type { Result } from '../../src/result.ts'
import type { Redactor } from '../../src/secrets/redactor.ts'
import { noUsage } from '../../src/session/usage.ts'

const never = new AbortController().signal

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'opencode-driver-last-'))
}

function result(difference: Partial<Result> = {}): Result {
  return {
    ...{ schema: 1, outcome: 'completed', reason: 'It answered.', problems: [], partial: false },
    ...{ repository: 'octo/sample', event: 'push', priced: true, answer: 'The answer.' },
    ...{ attempts: [], usage: noUsage, tools: [], refusals: [], notes: ['A note.'], timings: {} },
    ...{ startedAt: '2026-01-01T00:00:00.000Z', duration: 1, runDirectory: folder() },
    ...difference,
  }
}

const late = 'The text could not be checked for secrets in time.'

/** One that has been ended. */
const dead: Redactor = {
  ready: () => Promise.reject(new Error(late)),
  clean: () => Promise.reject(new Error(late)),
  moveFile: () => Promise.reject(new Error(late)),
  find: () => Promise.reject(new Error(late)),
  found: () => [],
  [Symbol.asyncDispose]: async () => undefined,
}

test.each<{ before: Outcome; publishes: boolean; signal: AbortSignal; after: Outcome }>([
  { before: 'completed', publishes: false, signal: never, after: 'completed' },
  { before: 'completed', publishes: true, signal: never, after: 'publish-failed' },
  { before: 'timed-out', publishes: true, signal: never, after: 'timed-out' },
  { before: 'completed', publishes: true, signal: AbortSignal.abort(), after: 'cancelled' },
])(
  'a result that can’t be checked is its facts: $before becomes $after, publishing asked for: $publishes',
  async ({ before, publishes, signal, after }) => {
    const whole = result({ outcome: before, problems: ['A problem.'] })
    const checked = await checkResult(whole, { redactor: dead, publishes }, signal)
    expect(checked.isWhole).toBe(false)
    expect(checked.result.outcome).toBe(after)
    expect(checked.result.reason).toContain(`${late} The answer, the names and the files`)
    expect(JSON.stringify(checked.result)).not.toMatch(/The answer\.|It answered|A note|A problem/)
  },
)

test('a file that can’t be moved is named by no output, and told', async () => {
  const staged = folder()
  const [good, bad] = ['changes.patch', 'attempt-1.patch'].map((name) => join(staged, name))
  for (const path of [good, bad]) writeFileSync(path ?? '', 'text')
  // Opening what is no plain file could wait for ever.
  mkdirSync(join(staged, 'folder'))
  const redactor: Redactor = {
    ...dead,
    found: () => ['github'],
    async moveFile({ from, to }) {
      if (from === bad) throw new Error(late)
      writeFileSync(to, 'clean')
    },
  }
  const at = '2026-01-01T00:00:00.000Z'
  const attempt = {
    ...{ model: 'a/b', sessionID: 'ses_1', sessions: [], startedAt: at, endedAt: at },
  }
  const of = { outcome: 'stalled', reason: '', statuses: [], retries: 0, refusals: [] } as const
  const before = result({
    change: { files: [], unseen: [], patchFile: good },
    attempts: [{ ...attempt, ...of, statuses: [], refusals: [], usage: noUsage, patchFile: bad }],
  })
  const saved = await saveFiles(before, { staged, redactor }, never)
  const { runDirectory } = before
  expect(saved.change?.patchFile).toBe(join(runDirectory, 'changes.patch'))
  expect(saved.attempts[0]?.patchFile).toBeUndefined()
  expect(saved.answerFile).toBe(join(runDirectory, 'answer.md'))
  expect(readFileSync(join(runDirectory, 'answer.md'), 'utf8')).toBe('The answer.\n')
  expect(readdirSync(runDirectory).sort()).toEqual(['answer.md', 'changes.patch'])
  expect(saved.notes).toEqual([
    'A note.',
    expect.stringContaining('replaced by ***: github. A patch'),
    `attempt-1.patch is not kept: ${late}`,
  ])
})

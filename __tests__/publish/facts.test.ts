import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { factsOf } from '../../src/publish/facts.ts'
import { readDraft, saveDraft } from '../../src/publish/run-directory.ts'
import { type Result, resultSchema } from '../../src/result.ts'

const words = 'written by others'
const usage = { cost: 0.5, inputTokens: 1, outputTokens: 2, steps: 3 }
const refusal = { kind: 'rule', what: words, subagent: false } as const
const at = '2026-01-01T00:00:00.000Z'

/** A result with foreign words wherever it can have any. */
const whole: Result = {
  schema: 1,
  outcome: 'timed-out',
  reason: words,
  problems: [words],
  mode: 'implement',
  repository: 'octo/sample',
  event: 'push',
  runUrl: 'https://github.example/run',
  promptHash: 'a'.repeat(64),
  model: 'scripted/model',
  priced: true,
  variant: words,
  agent: words,
  opencode: { version: words, source: words, verified: words },
  isolation: { level: 'sandboxed', by: words, why: words },
  selfTest: [{ what: words, result: 'open' }],
  projectConfig: { use: 'load', reason: words, paths: [words] },
  providers: [{ id: words, models: [words] }],
  answer: words,
  partial: true,
  attempts: [
    {
      ...{
        model: 'scripted/model',
        variant: words,
        sessionID: 'ses_1a',
        sessions: ['ses_1a', words],
      },
      ...{ startedAt: at, endedAt: at, outcome: 'stalled', reason: words, retries: 2, usage },
      statuses: [{ at, sessionID: words, type: 'retry', message: words }],
      ...{ refusals: [refusal], patchFile: words },
    },
  ],
  usage,
  tools: [{ tool: words, calls: 1, failed: 0 }],
  refusals: [refusal],
  change: {
    base: words,
    files: [{ path: words, status: words }],
    unseen: [{ path: words, reason: 'unreadable' }],
    patchFile: words,
  },
  published: { commentId: 7, commentUrl: words, branch: words, notes: [words], problems: [words] },
  calls: {
    count: 1,
    failed: 1,
    records: [
      ...[
        {
          provider: words,
          startedAt: at,
          duration: 1,
          sentBytes: 2,
          receivedBytes: 3,
          error: words,
        },
      ],
    ],
  },
  keys: { kept: [words], passedIn: [{ provider: words, names: [words] }] },
  notes: [words],
  startedAt: at,
  duration: 3,
  timings: { started: 1, 'attempt 2': 2, [words]: 3 },
  runDirectory: '/run',
  answerFile: words,
}

test('facts are numbers, times, ids and outcomes, with no word that was written by others', () => {
  const facts = factsOf(whole)
  expect(resultSchema.parse(facts)).toEqual(facts)
  expect(JSON.stringify(facts)).not.toContain(words)
  expect(facts).toMatchObject({
    ...{ outcome: 'timed-out', mode: 'implement', model: 'scripted/model', priced: true, usage },
    ...{ isolation: { level: 'sandboxed' }, published: { commentId: 7 }, runDirectory: '/run' },
    attempts: [
      { model: 'scripted/model', sessionID: 'ses_1a', outcome: 'stalled', retries: 2, usage },
    ],
    timings: { started: 1, 'attempt 2': 2 },
    calls: { count: 1, failed: 1, records: [{ sentBytes: 2, receivedBytes: 3 }] },
  })
  expect(factsOf(facts)).toEqual(facts)
})

test.each(['a b', 'x/y [skip ci]', '<img src=x>', '\u202Egpj', 'a'.repeat(200), ''])(
  'the model %j has no plain name, and is left out',
  (model) => expect(factsOf({ ...whole, model }).model).toBeUndefined(),
)

test('the draft for post holds facts, and of one that was written by others only facts are read', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'opencode-driver-draft-'))
  const path = join(temporary, 'draft.json')
  saveDraft(temporary, whole)
  expect(readFileSync(path, 'utf8')).not.toContain(words)
  expect(readDraft(temporary)).toMatchObject({ model: 'scripted/model', usage })
  writeFileSync(path, JSON.stringify(whole))
  expect(JSON.stringify(readDraft(temporary))).not.toContain(words)
  const many = { ...whole, attempts: Array(9000).fill(whole.attempts[0]) }
  writeFileSync(path, JSON.stringify(many))
  expect(readDraft(temporary)).toEqual({})
  writeFileSync(path, JSON.stringify({ ...many, attempts: many.attempts.slice(0, 500) }))
  expect(readDraft(temporary).attempts).toHaveLength(100)
})

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cutBytes } from '../../src/publish/outputs.ts'
import { renderSummary } from '../../src/publish/summary.ts'
import { noUsage } from '../../src/session/usage.ts'
import { resultWith as result } from '../support/result.ts'

test('an open code fence of the answer does not swallow what follows', () => {
  for (const fence of ['```', '~~~', '````ts']) {
    const summary = renderSummary(result({ answer: `Text\n\n${fence}\ncode` }))
    const mark = /^[`~]+/.exec(fence)?.[0]
    expect(summary).toContain(`code\n${mark}\n\n| run |`)
  }
  expect(renderSummary(result({ answer: '```\ncode\n```' }))).toContain('code\n```\n\n| run |')
})

test('HTML that the answer leaves open ends with it; what stands in code is no HTML', () => {
  for (const [open, end] of [
    ['<!-- hidden', '-->'],
    ['<details><summary>x</summary>', '</details>'],
    ['<pre>', '</pre>'],
  ])
    expect(renderSummary(result({ answer: `Text ${open}` }))).toContain(`${open}\n${end}\n`)
  expect(renderSummary(result({ answer: '```\n<!--\n```' }))).not.toContain('-->')
})

test('a reason that quotes foreign text has no markup in it', () => {
  const reason = 'It said “<img src=x> ![a](b) `c` @team | #1”.'
  const summary = renderSummary(result({ outcome: 'provider-error', reason, answer: '' }))
  const line = summary.split('\n').find((text) => text.includes('It said')) ?? ''
  expect(line).not.toMatch(/[<`@|[]|\s#1/)
})

test('foreign names in tables stay in their cell', () => {
  const files = [{ path: 'a|b`c\nd', status: 'added', additions: 1, deletions: 0 }]
  const summary = renderSummary(result({ change: { files, unseen: [], patchFile: '/p' } }))
  expect(summary).toContain('| `a\\|bʼc\\u000ad` | added | +1 −0 |')
})

test('a partial answer is marked as such, and a cost without a price as unknown', () => {
  const usage = { cost: 0, inputTokens: 10, outputTokens: 1, steps: 1 }
  const summary = renderSummary(
    result({ outcome: 'stalled', partial: true, usage, priced: false, attempts: [attempt] }),
  )
  expect(summary).toContain('(partial)')
  expect(summary).toContain('cost | unknown')
})

test('the line about keys depends on the sandbox, and leaves out the rehearsal', () => {
  const keysOf = (kept: string[], level: 'sandboxed' | 'separate process only') => {
    const summary = renderSummary(result({ keys: { kept, passedIn: [] }, isolation: { level } }))
    return /\| keys \| (.*) \|/.exec(summary)?.[1]
  }
  expect(keysOf(['openai', 'rehearsal'], 'sandboxed')).toBe(
    "kept out of the agent's sight (openai)",
  )
  expect(keysOf(['openai'], 'separate process only')).toBe(
    "not in the agent's environment (openai); without a sandbox it could read them from this action",
  )
  expect(keysOf(['rehearsal'], 'sandboxed')).toBeUndefined()
})

test('a checkout without configuration is reported as such, whatever was decided', () => {
  const choice = { use: 'ignore' as const, reason: "a fork's pull request" }
  const rowOf = (paths: string[]) => renderSummary(result({ projectConfig: { ...choice, paths } }))
  expect(rowOf([])).toContain('| project configuration | none in the checkout |')
  expect(rowOf(['a'])).toContain("| project configuration | ignored: a fork's pull request |")
})

const attempt = {
  model: 'a/b',
  sessionID: 'ses_1',
  sessions: ['ses_1'],
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
  outcome: 'stalled' as const,
  reason: 'No progress for 60 s.',
  statuses: [],
  refusals: [],
  retries: 0,
  usage: noUsage,
}

test('several attempts are listed one by one, with what each changed', () => {
  const attempts = [{ ...attempt, patchFile: '/run/attempt-1.patch' }, attempt]
  const summary = renderSummary(result({ outcome: 'stalled', attempts }))
  expect(summary).toContain(
    '| 1 | `a/b` | stalled | 1 s | No progress for 60 s. Its change is saved in `attempt-1.patch`. |',
  )
  expect(summary).toContain('| 2 | `a/b` | stalled | 1 s | No progress for 60 s. |')
})

test('the largest answer fits into what the runner takes of a summary', () => {
  const summary = renderSummary(
    result({ answer: 'é'.repeat(3_000_000), answerFile: '/tmp/run/answer.md' }),
  )
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
  expect(summary).toContain('The whole answer is in /tmp/run/answer.md')
})

test('cutting keeps whole characters, the limit, and the note', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 10, max: 120 }),
      (text, bytes) => {
        const whole = Buffer.from(text).toString()
        const cut = cutBytes(whole, bytes, '[cut]')
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes)
        if (cut !== whole) expect(whole.startsWith(cut.slice(0, -5))).toBe(true)
        expect(cut === whole).toBe(Buffer.byteLength(whole) <= bytes)
      },
    ),
  )
})

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { closeBlocks } from '../../src/markdown/blocks.ts'
import { cutPages } from '../../src/markdown/pages.ts'
import { sanitizeMarkdown } from '../../src/markdown/sanitize.ts'
import { renderComment } from '../../src/publish/comment-body.ts'
import { code, plain } from '../../src/publish/labels.ts'
import { renderSummary } from '../../src/publish/summary.ts'
import { crafted } from '../support/crafted.ts'
import { resultWith } from '../support/result.ts'

const kib = 1024
const place = { server: 'https://github.com', repository: 'octo/sample', closes: true }

/** At most five comments, none longer than GitHub takes. */
function comment(answer: string): void {
  const bodies = renderComment(resultWith({ answer }), { key: 'opencode', server: place.server })
  expect(bodies.length).toBeLessThanOrEqual(5)
  expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThanOrEqual(65_536)
}

const functions = [
  ['sanitizeMarkdown', 24, (text: string) => sanitizeMarkdown(text, place)],
  ['cutPages', 24, (text: string) => cutPages(text, { limit: text.length / 4, rest: 'More.' })],
  ['renderComment', 40, comment],
  ['closeBlocks', 256, (text: string) => closeBlocks(text, 10_000)],
  ['renderSummary', 256, (answer: string) => renderSummary(resultWith({ answer }))],
  ['plain', 256, plain],
  ['code', 256, code],
] as const

/** Milliseconds of this process's processor. */
function measure(act: () => unknown): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const times = 8
/** For what does not grow: the compiler, the garbage of the test before. */
const noise = 400

function isLinear(act: (text: string) => unknown, texts: readonly [string, string]): boolean {
  const [short, long] = texts.map((text) => measure(() => act(text)))
  return (long ?? 0) < 2 * times * (short ?? 0) + noise
}

test.each(Object.keys(crafted))('eight times as many %s take eight times as long', (name) => {
  const craft = crafted[name] ?? (() => '')
  const square = functions.filter(([, size, act]) => {
    const texts = [craft(size * kib), craft(size * kib * times)] as const
    return ![1, 2, 3].some(() => isLinear(act, texts))
  })
  expect(square.map(([what]) => what)).toEqual([])
})

test('whatever is written one after the other: each comment fits', () => {
  const piece = fc.constantFrom(...Object.values(crafted))
  const part = fc.tuple(piece, fc.constantFrom(1, 100, 3000, 70_000), fc.constantFrom('', '\n\n'))
  fc.assert(
    fc.property(fc.array(part, { minLength: 2, maxLength: 8 }), (parts) => {
      const answer = parts.map(([craft, length, after]) => craft(length) + after).join('')
      comment(answer)
    }),
    { seed: 1, numRuns: 40 },
  )
})

test('a summary stays below the size at which the runner drops it, whatever the answer', () => {
  for (const craft of Object.values(crafted)) {
    const summary = renderSummary(resultWith({ answer: craft(1100 * kib) }))
    expect(Buffer.byteLength(summary)).toBeLessThan(1000 * kib)
  }
})

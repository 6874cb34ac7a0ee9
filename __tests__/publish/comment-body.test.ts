import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readMarker, writeMarker } from '../../src/github/marker.ts'
import { type CommentContent, renderComment } from '../../src/publish/comment-body.ts'
import { noUsage } from '../../src/session/usage.ts'
import { toHtml, unbalanced } from '../support/html.ts'

const options = { key: 'opencode', server: 'https://github.com' }

/** One complete, completed plan, plus the difference. */
function result(difference: Partial<CommentContent> = {}): CommentContent {
  return {
    outcome: 'completed',
    mode: 'plan',
    reason: 'It answered.',
    problems: [],
    answer: 'The answer.',
    partial: false,
    repository: 'octo/sample',
    model: 'a/b',
    usage: noUsage,
    priced: true,
    duration: 61.5,
    runUrl: 'https://github.com/octo/sample/actions/runs/1',
    ...difference,
  }
}

test('a marker is read as it was written, whatever the key, and ends no HTML comment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 999 }), (text, page) => {
      const key = text.toWellFormed()
      const marker = writeMarker({ key, page })
      expect(marker.slice(4, -3)).not.toMatch(/--|>/)
      expect(readMarker(`${marker}\nbody`)).toEqual({ key, page })
    }),
  )
})

test.each([
  ' <!-- opencode-driver:a:1 -->',
  'x\n<!-- opencode-driver:a:1 -->',
  '<!-- opencode-driver:a:1 --> x',
  '<!-- opencode-driver:a:01 -->',
  '<!-- opencode-driver:%61:1 -->',
  '<!-- opencode-driver:%zz:1 -->',
  '<!--opencode-driver:a:1-->',
])('only an exact marker at the very beginning is one: %j', (body) => {
  expect(readMarker(body)).toBeUndefined()
})

test('a completed run is its answer and a line about the run', () => {
  expect(renderComment(result(), options)).toEqual([
    '<!-- opencode-driver:opencode:1 -->\nThe answer.\n\n<sub><code>a/b</code> · 62 s · <a href="https://github.com/octo/sample/actions/runs/1">run</a></sub>\n',
  ])
})

test('a run that did not complete says so first, and marks what there is as partial', () => {
  const answer = 'So far\n\n```ts\nconst a = 1'
  const reason = 'The deadline passed, @user.'
  const [body = ''] = renderComment(
    result({ outcome: 'timed-out', reason, partial: true, answer }),
    options,
  )
  expect(body).toContain('### ❌ opencode plan: the time was up\n\n> [!CAUTION]\n> The deadline')
  expect(body).toContain('(partial):**\n\nSo far\n\n```ts\nconst a = 1\n```\n\n<sub>')
  expect(toHtml(body)).not.toMatch(/[^>]@user/)
})

test('files that were changed and files that were held back are named', () => {
  const files = [{ path: 'a`b.ts', status: 'modified', additions: 2, deletions: 1 }]
  const path = '.github/workflows/ci.yml'
  const held = { path, verdict: 'held-back', reason: 'protected by <protected-paths>' } as const
  const change = { files, unseen: [] }
  const [body] = renderComment(
    result({ change, published: { files: [held], notes: [], problems: [] } }),
    options,
  )
  expect(body).toContain('**1 changed file:** `aʼb.ts` (+2 −1)')
  expect(body).toContain('- `.github/workflows/ci.yml`: protected by &#60;protected-paths&#62;')
})

test.each([70_000, 400_000])('%i characters become comments that fit, in a second', (length) => {
  const piece = 'Some **words**, `code`.\n\n```ts\nconst a = 1\n```\n\n- one\n- two\n\n'
  const answer = piece.repeat(Math.ceil(length / piece.length))
  const bodies = renderComment(result({ answer }), options)
  expect(bodies).toHaveLength(length > 5 * 65_536 ? 5 : 2)
  for (const [index, body] of bodies.entries()) {
    expect(body.length).toBeLessThanOrEqual(65_536)
    expect(readMarker(body)).toEqual({ key: 'opencode', page: index + 1 })
    expect(body).toContain(`page ${index + 1} of ${bodies.length} · `)
    expect(unbalanced(toHtml(body))).toEqual([])
  }
  const isCut = bodies.at(-1)?.includes('The answer is longer than 5 comments.')
  expect(isCut).toBe(length > 5 * 65_536)
})

test('nothing in the name of a model is markup', () => {
  const model = '![x](https://evil.example/x.png)\n\n**b** <i>&amp;'
  const [body = ''] = renderComment(result({ model }), options)
  const html = toHtml(body)
  expect(html).not.toMatch(/<(img|strong|i)\b/)
  expect(html).toMatch(/<sub><code>!\[x\]\(.*&amp;amp;.*<\/sub>/)
})

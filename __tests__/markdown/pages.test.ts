import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cutPages } from '../../src/markdown/pages.ts'
import { textOf, toHtml, unbalanced } from '../support/html.ts'
import { markdown } from '../support/markdown.ts'

const rest = 'The whole is elsewhere.'

const texts = fc.array(markdown, { minLength: 4, maxLength: 8 }).map((parts) => parts.join('\n\n'))

/** What is repeated on purpose is not compared. */
function comparable(html: string, part: 'code' | 'text'): string {
  return textOf(html, part).replace(/HEAD|SUM|\(continued\)/g, '')
}

test('every page fits, is balanced, and together they show what the whole shows', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 8000, max: 12_000 }), (text, limit) => {
      const pages = cutPages(text, { limit, pages: 1000, rest })
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit)
      // A block was longer than a page.
      if (pages[0]?.startsWith('    ')) return
      const rendered = pages.map(toHtml)
      expect(rendered.flatMap(unbalanced)).toEqual([])
      for (const part of ['code', 'text'] as const)
        expect(rendered.map((page) => comparable(page, part)).join('')).toBe(
          comparable(toHtml(text), part),
        )
    }),
    { numRuns: 100 },
  )
})

test('a text that does not fit ends with the sentence that says where the whole is', () => {
  const pages = cutPages('A word.\n\n'.repeat(1000), { limit: 1000, rest })
  expect(pages).toHaveLength(5)
  expect(pages.every((page) => page.length <= 1000)).toBe(true)
  expect(pages.findIndex((page) => page.endsWith(rest))).toBe(4)
})

test('a fence that is cut goes on with its own mark and language', () => {
  const line = 'const a = 1\n'
  const [first = '', second = ''] = cutPages(`~~~~ts\n${line.repeat(100)}~~~~`, {
    limit: 1000,
    rest,
  })
  expect(first).toMatch(/const a = 1\n~~~~$/)
  expect(second).toMatch(/^~~~~ts\nconst a = 1\n/)
  const code = `Code:\n\n${`    ${line}`.repeat(100)}`
  expect(cutPages(code, { limit: 1000, rest })[1]).toMatch(/^ {4}const a = 1\n {4}const/)
})

test('a text with a block that is longer than a page is shown as code', () => {
  for (const block of [
    `- ${'word '.repeat(300)}`,
    `> ${'word '.repeat(300)}`,
    'word '.repeat(300),
  ]) {
    const pages = cutPages(`# Title\n\n${block}`, { limit: 1000, rest })
    expect(pages.map(toHtml).join('')).toMatch(/^(<pre><code>[^<]*<\/code><\/pre>\s*)+$/)
  }
})

test('a table that is cut repeats its head, and what is folded stays folded', () => {
  const table = `| a | b |\n|---|---|\n${'| one | two |\n'.repeat(200)}`
  expect(cutPages(table, { limit: 1000, rest })[1]).toMatch(/^\| a \| b \|\n\|---\|---\|\n\| one/)
  const folded = `<details>\n<summary>x</summary>\n\n${'A word.\n\n'.repeat(200)}</details>`
  const [first = '', second = ''] = cutPages(folded, { limit: 1000, rest })
  expect(first.endsWith('\n</details>')).toBe(true)
  expect(second.startsWith('<details>\n<summary>(continued)</summary>\n\nA word.')).toBe(true)
})

test('a line without an end is cut between characters as a reader sees them', () => {
  const family = '👩‍👩‍👧‍👦'
  for (const open of ['', '```\n', '    ']) {
    const pages = cutPages(open + family.repeat(300), { limit: 1000, rest })
    for (const page of pages) {
      expect(page.length).toBeLessThanOrEqual(1000)
      const shown = page.replaceAll(rest, '').replace(/[`\s]/g, '')
      expect(shown.replaceAll(family, '')).toBe('')
    }
  }
})

test('links find their targets on every page, and footnotes stay readable', () => {
  const text = `${'See [it] and this[^1].\n\n'.repeat(100)}[it]: https://example.com\n[^1]: A note.`
  const html = cutPages(text, { limit: 1000, pages: 9, rest }).map(toHtml)
  expect(html.every((page) => page.includes('<a href="https://example.com">it</a>'))).toBe(true)
  expect(html.at(-1)).toContain('[^1]: A note.')
})

test('400,000 characters take no time that grows with their square', () => {
  const text = 'Some **words**, `code`.\n\n```ts\nconst a = 1\n```\n\n- one\n- two\n\n'.repeat(6200)
  const start = performance.now()
  cutPages(text, { limit: 65_000, pages: 9, rest })
  expect(performance.now() - start).toBeLessThan(20_000)
})

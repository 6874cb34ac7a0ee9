import { expect, test } from '@jest/globals'
import { findingsOf } from '../../src/rehearsal/findings.ts'
import { turnOf } from '../../src/rehearsal/turn.ts'

const tools = [{ name: 'glob', parameters: {} }]

function turnIn(root: string) {
  const messages = [
    { role: 'system' as const, content: `<env>\n  Working directory: ${root}\n</env>` },
    { role: 'user' as const, content: 'Plan it.' },
  ]
  return turnOf({ model: 'plan', messages, tools, stream: true })
}

test.each([
  ['/home/me/work', '/home/me/work', '/'],
  ['D:\\a\\work', 'D:/a/work', '\\'],
])('paths of %s are found as the tools of that system write them', (root, expected, separator) => {
  const turn = turnIn(root)
  expect(turn?.root).toBe(expected)
  const path = (...parts: string[]) => [root, ...parts].join(separator)
  const done = [
    { name: 'glob', arguments: {}, result: `${path('README.md')}\n${path('src', 'a.ts')}` },
    {
      name: 'grep',
      arguments: {},
      result: `Found 1 matches\n${path('src', 'a.ts')}:\n  Line 3: a\n`,
    },
  ]
  const findings = findingsOf({ prompt: '', root: turn?.root ?? '', tools: new Set(), done })
  expect(findings.files).toEqual(['README.md', 'src/a.ts'])
  expect(findings.matches).toEqual([{ file: 'src/a.ts', line: 3 }])
  expect(findings.listed).toBe('whole')
})

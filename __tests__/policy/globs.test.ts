import { expect, test } from '@jest/globals'
import { createMatcher, globProblem } from '../../src/policy/globs.ts'

test.each([
  ['**', '.a/.b/c'],
  ['*', '.a'],
  ['**/*.ts', 'a.ts'],
  ['**/*.ts', 'a/.b/c.ts'],
  ['a/**/c', 'a/c'],
  ['a/**', 'a'],
  ['a/', 'a/b/c'],
  ['./a', 'a'],
  ['{a,b}/?', 'b/c'],
  ['a[0-9].txt', 'a1.txt'],
  ['a b/(c).txt', 'a b/(c).txt'],
  ['#a', '#a'],
])('the glob %s matches %s', (glob, path) => {
  expect(createMatcher([glob], { ignoreCase: false })(path)).toBe(true)
})

test.each([
  ['*', 'a/b'],
  ['*.ts', 'a/b.ts'],
  ['a/*', 'a/b/c'],
  ['a/**', 'ab'],
  ['a', 'A'],
  ['!a', 'b'],
])('the glob %s does not match %s', (glob, path) => {
  expect(createMatcher([glob], { ignoreCase: false })(path)).toBe(false)
})

test.each(['!a', '!(a)', 'a/!(b)', 'a\\b', '/a', '../a', 'a/..'])(
  'the glob %s is a mistake that the author is told of',
  (glob) => {
    expect(globProblem(glob)).toMatch(/^(negates|has a backslash|leaves the repository): \w/)
  },
)

test('a glob that can be used has no problem', () => {
  expect(globProblem('src/**/*.{ts,tsx}')).toBeUndefined()
})

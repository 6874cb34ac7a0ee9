import { expect, test } from '@jest/globals'
import { judgeChange, REASONS } from '../../src/policy/policy.ts'
import { findNameProblem } from '../../src/policy/portable-names.ts'
import type { ChangedFile } from '../../src/workspace/patch.ts'

const policy = {
  allowedPaths: [],
  protectedPaths: [],
  maxChangedFiles: 100,
  maxPatchSize: 1000,
}

function file(path: string, difference: Partial<ChangedFile> = {}): ChangedFile {
  const counts = { additions: 1, deletions: 0 }
  return {
    path,
    status: 'added',
    ...counts,
    mode: '100644',
    previousMode: undefined,
    ...difference,
  }
}

function reasonsOf(files: readonly ChangedFile[], paths: readonly string[] = []) {
  const change = { files, patchSize: 1, links: new Map(), paths }
  return judgeChange(change, policy).map(({ reason }) => reason)
}

test.each([
  ['a\u202eb', REASONS.invisible],
  ['a/\u2066b/c', REASONS.invisible],
  ['a\u200bb', REASONS.invisible],
  ['\ufeffa', REASONS.invisible],
  ['a\u00adb', REASONS.invisible],
  ['a\u{e0041}', REASONS.invisible],
  ['a\u3164', REASONS.invisible],
  ['a\u2028b', REASONS.invisible],
  ['a\nb', REASONS.character],
  ['a\rb', REASONS.character],
  ['a\tb', REASONS.character],
  ['a\u001b[31mb', REASONS.character],
  ['a\u007f', REASONS.character],
  ['a\u0085b', REASONS.character],
  ...[...'<>:"|?*\\'].map((mark) => [`a${mark}b`, REASONS.character] as const),
  ['a.', REASONS.ending],
  ['a ', REASONS.ending],
  ['a /b', REASONS.ending],
  ['CON', REASONS.reserved],
  ['nul.txt', REASONS.reserved],
  ['a/COM1', REASONS.reserved],
  ['lpt9.tar.gz', REASONS.reserved],
  ['com¹', REASONS.reserved],
  ['aux .c', REASONS.reserved],
  ['CONIN$', REASONS.reserved],
  ['-rf', REASONS.option],
  ['a/--help', REASONS.option],
  ['caf\ufffd', REASONS.encoding],
  ['a'.repeat(256), REASONS.length],
  ['ü'.repeat(128), REASONS.length],
  [`${'a/'.repeat(500)}a`, REASONS.length],
  ['a/../b', REASONS.unsafePath],
  ['', REASONS.unsafePath],
])('%j is held back, whatever the lists say', (path, reason) => {
  expect(findNameProblem(path)).toBe(reason)
  expect(reasonsOf([file(path)])).toEqual([reason])
})

test.each([
  'a b/ü.txt',
  '日本語/ñ.md',
  'a-b/c-.txt',
  'console.ts',
  'com10',
  'auxiliary/nullable.ts',
  'con-fig',
  '.env.example',
  '...a',
  "it's (1) & [2] {3} $4 %5 #6 @7 !8 ~9 `0 ^a =b +c ,d ;e",
  'family 👩‍👩‍👧 ❤️.txt',
  'می‌خواهم.txt',
  'a'.repeat(255),
])('%j is published', (path) => {
  expect(findNameProblem(path)).toBeUndefined()
})

test.each(['a\\b', 'a:b', 'CON', '-x', 'a\u202eb', '...'])(
  'a file that is named %j can be changed, removed, and given a better name',
  (path) => {
    const before = { previousMode: '100644' }
    expect(
      reasonsOf([
        file(path, { status: 'modified', ...before }),
        file(path, { status: 'deleted', mode: undefined, ...before }),
        file('fine', { status: 'renamed', previousPath: path, ...before }),
      ]),
    ).toEqual([undefined, undefined, undefined])
    const worse = file(path, { status: 'renamed', previousPath: 'fine', ...before })
    expect(reasonsOf([worse])[0]).toBe(findNameProblem(path))
  },
)

test('a file whose name differs from that of another in case only is held back', () => {
  const { twin } = REASONS
  expect(reasonsOf([file('a.txt'), file('A.txt'), file('b.txt')])).toEqual([twin, twin, undefined])
  expect(reasonsOf([file('src/A.txt')], ['src/a.txt', 'src/A.txt'])).toEqual([twin])
  expect(reasonsOf([file('e\u0301')], ['\u00e9', 'e\u0301'])).toEqual([twin])
  expect(reasonsOf([file('straße')], ['strasse', 'straße'])).toEqual([twin])
  const changed = file('a.txt', { status: 'modified', previousMode: '100644' })
  expect(reasonsOf([changed], ['a.txt', 'A.txt'])).toEqual([undefined])
})

test('a file can get another case, unless the removal of the old one is held back', () => {
  const renamed = file('README.md', {
    status: 'renamed',
    previousPath: 'Readme.md',
    previousMode: '100644',
  })
  expect(reasonsOf([renamed], ['README.md'])).toEqual([undefined])
  const removed = file('B.txt', { status: 'deleted', mode: undefined, previousMode: '100644' })
  const change = {
    files: [removed, file('b.txt')],
    patchSize: 1,
    links: new Map(),
    paths: ['b.txt'],
  }
  const reasons = (allowedPaths: readonly string[]) =>
    judgeChange(change, { ...policy, allowedPaths }).map(({ reason }) => reason)
  expect(reasons([])).toEqual([undefined, undefined])
  expect(reasons(['b.txt'])).toEqual([REASONS.notAllowed, REASONS.twin])
})

test('the new contents count as they are, not as the patch has them', () => {
  const binary = file('zeros', { additions: undefined, deletions: undefined })
  const judge = (changed: ChangedFile, size: number) => {
    const change = { files: [changed], patchSize: 10, links: new Map() }
    return judgeChange({ ...change, sizes: new Map([['zeros', size]]) }, policy)[0]?.reason
  }
  expect(judge(binary, 1001)).toBe(REASONS.tooLarge)
  expect(judge(binary, 1000)).toBeUndefined()
  expect(judge(file('zeros'), 1001)).toBeUndefined()
})

test("a file that is larger than GitHub's API takes is held back, and a name in another encoding", () => {
  const judge = (changed: ChangedFile, size: number) => {
    const change = { files: [changed], patchSize: 10, links: new Map() }
    return judgeChange({ ...change, sizes: new Map([['x', size]]) }, policy)[0]?.reason
  }
  const limit = 30 * 1024 * 1024
  expect(judge(file('x'), limit)).toBeUndefined()
  expect(judge(file('x'), limit + 1)).toBe(REASONS.fileTooLarge)
  const old = { status: 'modified', previousMode: '100644' } as const
  expect(judge(file('caf\uFFFD', old), 1)).toBe(REASONS.encoding)
})

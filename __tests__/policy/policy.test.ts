import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type FileVerdict,
  type JudgedChange,
  judgeChange,
  type PathPolicy,
  REASONS,
} from '../../src/policy/policy.ts'
import type { ChangedFile } from '../../src/workspace/patch.ts'

const allowAll: PathPolicy = {
  allowedPaths: [],
  protectedPaths: undefined,
  maxChangedFiles: 100,
  maxPatchSize: 1_048_576,
}

function added(path: string, difference: Partial<ChangedFile> = {}): ChangedFile {
  return {
    path,
    status: 'added',
    additions: 1,
    deletions: 0,
    mode: '100644',
    previousMode: undefined,
    ...difference,
  }
}

function deleted(path: string): ChangedFile {
  return added(path, { status: 'deleted', mode: undefined, previousMode: '100644' })
}

function renamed(previousPath: string, path: string): ChangedFile {
  return added(path, { status: 'renamed', previousPath, previousMode: '100644' })
}

function judge(
  files: readonly ChangedFile[],
  policy: Partial<PathPolicy> = {},
  change: Partial<JudgedChange> = {},
): readonly FileVerdict[] {
  const judged = { files, patchSize: 100, links: new Map(), ...change }
  return judgeChange(judged, { ...allowAll, ...policy })
}

function reasonFor(path: string, policy: Partial<PathPolicy> = {}): string | undefined {
  return judge([added(path)], policy)[0]?.reason
}

test.each([
  'src/main.ts',
  '.gitignore',
  '.env.example',
  'docs/github/a.md',
  'actions.yml',
  'src/opencode.json5',
  'CODEOWNERS.md',
  'git/x',
  'a b/ü.txt',
  'git~x',
  '.gitkeep',
])('%s is published', (path) => {
  expect(judge([added(path)])).toEqual([{ path, verdict: 'published' }])
})

test.each([
  '.github/workflows/ci.yml',
  '.github',
  '.GitHub/workflows/ci.yml',
  '.github /workflows/ci.yml',
  '.git\u200chub/x',
  'action.yml',
  'tools/setup/action.YAML',
  'docs/CODEOWNERS',
  'CODEOWNERS',
  '.gitattributes',
  'src/.gitattributes.',
  '.gitmodules',
  '.lfsconfig',
  '.husky/pre-commit',
  'opencode.json',
  'app/opencode.jsonc',
  '.opencode/plugin/x.ts',
  'app/.opencode/agent/x.md',
  'AGENTS.md',
  'packages/a/agents.md',
  'AGENT\u017f.md',
  'CLAUDE.md::$DATA',
  '.claude',
  '.claude/settings.json',
  '.agents/skills/x/SKILL.md',
  'GEMINI.md',
  '.cursorrules',
  '.cursor/rules/x.mdc',
  '.clinerules',
  '.windsurfrules',
  'copilot-instructions.md',
])('%j is protected', (path) => {
  const held = { path, verdict: 'held-back', reason: REASONS.protected }
  expect(judge([added(path)])).toEqual([held])
  expect(judge([deleted(path)])).toEqual([held])
})

const gitFolders = [
  '.git/config',
  'a/.GIT/config',
  '.git',
  '.git /config',
  '.git.../config',
  '.git::$INDEX_ALLOCATION/config',
  '.git:stream',
  'git~1/config',
  'GIT~1',
  'a/gitmod~1',
  'GI7EBA~1',
  '.g\u200cit/config',
  '\ufeff.git/x',
]

test.each(gitFolders)('%j is held back, whatever the lists say: it may be in .git', (path) => {
  const policy = { allowedPaths: ['**'], protectedPaths: [] }
  expect(reasonFor(path, policy)).toBe(REASONS.gitFolder)
})

test.each(['../x', 'a/../x', '/etc/passwd', 'a//b', './a', 'a/. /b', '', '.. /x'])(
  '%j is held back, whatever the lists say: it is no plain path',
  (path) => {
    const policy = { allowedPaths: ['**'], protectedPaths: [] }
    expect(reasonFor(path, policy)).toBe(REASONS.unsafePath)
  },
)

test('no spelling of a protected path gets by', () => {
  const insertion = fc.constantFrom('', '', '', '\u200d', '\ufeff')
  const path = fc.constantFrom('.github/workflows/a.yml', 'a/AGENTS.md', '.gitmodules', '.git/x')
  const choices = fc.array(fc.tuple(fc.boolean(), insertion), { minLength: 30, maxLength: 30 })
  const end = fc.constantFrom('', '.', ' ', '. ', ':x')
  fc.assert(
    fc.property(path, choices, end, (plain, choice, suffix) => {
      const spelled = [...plain].map((letter, at) => {
        const [isUpper, inserted] = choice[at] ?? [false, '']
        return `${isUpper ? letter.toUpperCase() : letter}${inserted}`
      })
      expect(reasonFor(`${spelled.join('')}${suffix}`)).toBeDefined()
    }),
  )
})

test('a list of protected paths replaces the default one, and knows no case either', () => {
  const policy = { protectedPaths: ['Secret/**', '*.pem', 'docs/'] }
  expect(reasonFor('.github/workflows/ci.yml', policy)).toBeUndefined()
  expect(reasonFor('secret/a/b', policy)).toBe(REASONS.protected)
  expect(reasonFor('KEY.PEM', policy)).toBe(REASONS.protected)
  expect(reasonFor('docs/.a/b', policy)).toBe(REASONS.protected)
  expect(reasonFor('a/key.pem', policy)).toBeUndefined()
})

test('outside of the allowed paths nothing is published, and their case counts', () => {
  const policy = { allowedPaths: ['src/**', 'docs/*.md'] }
  expect(reasonFor('src/.a/b.ts', policy)).toBeUndefined()
  expect(reasonFor('docs/a.md', policy)).toBeUndefined()
  expect(reasonFor('docs/b/a.md', policy)).toBe(REASONS.notAllowed)
  expect(reasonFor('SRC/a', policy)).toBe(REASONS.notAllowed)
  expect(reasonFor('src/action.yml', policy)).toBe(REASONS.protected)
})

test('a folder and two stars allow what is in the folder, and nothing else', () => {
  const name = fc
    .stringMatching(/^[a-z.]{0,3}[a-z]$/)
    .filter((text) => !/^(con|prn|aux|nul)$/.test(text))
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
  fc.assert(
    fc.property(name, path, (folder, inside) => {
      const policy = { allowedPaths: [`${folder}/**`], protectedPaths: ['nothing'] }
      expect([undefined, REASONS.gitFolder]).toContain(reasonFor(`${folder}/${inside}`, policy))
      fc.pre(inside.split('/')[0] !== folder)
      expect([REASONS.notAllowed, REASONS.gitFolder]).toContain(reasonFor(inside, policy))
    }),
  )
})

test.each([
  ['src/a.yml', '.github/workflows/a.yml', REASONS.protected],
  ['.github/workflows/a.yml', 'src/a.yml', REASONS.protected],
  ['docs/a', 'src/a', REASONS.notAllowed],
  ['src/b', 'src/a', undefined],
])('a rename of %s to %s is judged at both ends', (previousPath, path, reason) => {
  const [verdict] = judge([renamed(previousPath, path)], { allowedPaths: ['src/**', '.github/**'] })
  expect(verdict?.reason).toBe(reason)
  expect(verdict).toMatchObject({ path, previousPath })
})

test('a submodule’s pointer is held back when it comes, moves, and goes', () => {
  const files = [
    added('new', { mode: '160000' }),
    added('moved', { status: 'modified', mode: '160000', previousMode: '160000' }),
    added('gone', { status: 'deleted', mode: undefined, previousMode: '160000' }),
  ]
  const reasons = judge(files, { protectedPaths: [] }).map(({ reason }) => reason)
  expect(reasons).toEqual(Array(3).fill(REASONS.submodule))
})

const insideLinks: readonly [string, Record<string, string>][] = [
  ['a file beside it', { 'a/l': 'b' }],
  ['a file above it', { 'a/b/l': '../../x' }],
  ['the top level', { 'a/l': '..' }],
  ['a file through another link', { 'a/l': '../d/x', d: 'a/b' }],
  ['nothing', { l: 'missing/x' }],
]

test.each(insideLinks)('a symbolic link to %s is published', (_, links) => {
  const [path = ''] = Object.keys(links)
  const change = { links: new Map(Object.entries(links)) }
  expect(judge([added(path, { mode: '120000' })], {}, change)[0]).toMatchObject({
    verdict: 'published',
  })
})

const outsideLinks: readonly [string, Record<string, string>][] = [
  ['absolute', { l: '/etc/passwd' }],
  ['absolute on Windows', { l: 'C:\\x' }],
  ['above the top level', { 'a/l': '../../x' }],
  ['above the top level, and back', { l: '../work/x' }],
  ['above the top level as Windows writes it', { 'a/l': '..\\..\\x' }],
  ['out through another link', { 'a/b/l': '../../d/../../x', d: 'a' }],
  ['out through a link of a link', { l: 'm/x', m: 'n', n: '/' }],
  ['into .git', { l: '.git/hooks' }],
  ['into .git by another name', { l: 'a/../GIT~1/hooks' }],
  ['in a circle', { l: 'm', m: 'l' }],
]

test.each(outsideLinks)('a symbolic link %s is held back, whatever the lists say', (_, links) => {
  const [path = ''] = Object.keys(links)
  const change = { links: new Map(Object.entries(links)) }
  const verdicts = judge([added(path, { mode: '120000' })], { protectedPaths: [] }, change)
  expect(verdicts).toEqual([{ path, verdict: 'held-back', reason: REASONS.link }])
})

test('a symbolic link that could not be read is held back', () => {
  expect(judge([added('l', { mode: '120000' })])[0]?.reason).toBe(REASONS.link)
})

test('a change of too many files, or with too large a patch, is held back as a whole', () => {
  const files = [added('a'), added('b'), added('.github/x')]
  const reasons = (policy: Partial<PathPolicy>) =>
    judge(files, policy).map(({ reason }) => reason ?? 'published')
  expect(reasons({ maxChangedFiles: 2 })).toEqual(Array(3).fill(REASONS.tooManyFiles))
  expect(reasons({ maxPatchSize: 99 })).toEqual(Array(3).fill(REASONS.tooLarge))
  expect(reasons({ maxChangedFiles: 3, maxPatchSize: 100 })).toEqual([
    'published',
    'published',
    REASONS.protected,
  ])
})

test('what needs the place of a held-back file is held back, too, and what needs that place', () => {
  const files = [deleted('AGENTS.md'), renamed('b', 'AGENTS.md/x'), added('b/y'), added('c')]
  expect(judge(files).map(({ reason }) => reason)).toEqual([
    REASONS.protected,
    REASONS.conflict,
    REASONS.conflict,
    undefined,
  ])
  const folder = [deleted('d/action.yml'), added('d'), deleted('e'), added('e/action.yml')]
  expect(judge(folder).map(({ reason }) => reason)).toEqual([
    REASONS.protected,
    REASONS.conflict,
    undefined,
    REASONS.protected,
  ])
})

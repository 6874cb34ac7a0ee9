import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { findProjectConfig, isProjectConfig } from '../../src/project-config/files.ts'

const { signal } = new AbortController()

function makeTree(paths: readonly string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-tree-')))
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
  return root
}

test('all that configures opencode is found at every depth, a folder as one, links as such, git left out', async () => {
  const root = makeTree([
    'opencode.json',
    'a/opencode.jsonc',
    'a/.opencode/plugin/AGENTS.md',
    '.claude/skills/s/SKILL.md',
    'a/b/.agents/x',
    'a/b/AGENTS.md',
    'node_modules/p/CLAUDE.md',
    'CONTEXT.md/kept.txt',
    '.git/AGENTS.md',
    'a/.git',
    'own/AGENTS.md',
    'agents.txt',
    'docs/AGENTS.md.bak',
  ])
  symlinkSync('nowhere', join(root, 'CLAUDE.md'))
  symlinkSync('a', join(root, 'linked'))
  const found = await findProjectConfig({ root, except: join(root, 'own') }, signal)
  expect(found.map((path) => relative(root, path)).sort()).toEqual([
    '.claude',
    'CLAUDE.md',
    'CONTEXT.md',
    'a/.opencode',
    'a/b/.agents',
    'a/b/AGENTS.md',
    'a/opencode.jsonc',
    'node_modules/p/CLAUDE.md',
    'opencode.json',
  ])
})

test('a folder that is gone meanwhile holds nothing, and a search that is aborted ends', async () => {
  expect(await findProjectConfig({ root: '/nowhere', except: '' }, signal)).toEqual([])
  const aborted = AbortSignal.abort(new Error('Stop.'))
  await expect(findProjectConfig({ root: tmpdir(), except: '' }, aborted)).rejects.toThrow('Stop.')
})

test.each([
  ['agents.md', 'linux', false],
  ['agents.md', 'darwin', true],
  ['OpenCode.JSON', 'win32', true],
  ['opencode.j\u017fon', 'darwin', true],
  ['AGENTS.md', 'linux', true],
  ['AGENTS.markdown', 'win32', false],
])('%s on %s is taken for configuration: %j', (name, platform, expected) => {
  expect(isProjectConfig(name, platform)).toBe(expected)
})

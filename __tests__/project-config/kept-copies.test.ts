import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { keepCopies, removeDroppings, restoreCopies } from '../../src/project-config/kept-copies.ts'

/** A tree with a folder of configuration, of which a copy is kept, and a home beside it. */
function make() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kept-copies-')))
  const [root, home, aside] = ['root', 'home', 'aside'].map((name) => join(folder, name))
  if (!root || !home || !aside) throw new Error('There is no folder.')
  const write = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
  write(join(root, 'build/.claude/settings.json'), 'of the checkout')
  write(join(root, 'build/.opencode/agent/a.md'), 'of the checkout')
  write(join(home, '.claude/credentials.json'), 'secret')
  write(join(home, '.opencode/node_modules/x'), 'of the home')
  const paths = ['.claude', '.opencode'].map((name) => join(root, 'build', name))
  const copies = { root, store: join(folder, 'store'), paths }
  keepCopies(copies)
  return { root, home, aside, copies }
}

test('a folder that became a link leads no copy and no removal out of the tree', () => {
  const { root, home, aside, copies } = make()
  renameSync(join(root, 'build'), join(root, 'moved'))
  symlinkSync(home, join(root, 'build'))
  removeDroppings(copies)
  expect(existsSync(join(home, '.opencode/node_modules/x'))).toBe(true)
  expect(restoreCopies(copies, aside)).toEqual(['build/.claude', 'build/.opencode'])
  expect(existsSync(join(home, '.claude/settings.json'))).toBe(false)
  expect(readFileSync(join(home, '.claude/credentials.json'), 'utf8')).toBe('secret')
  expect(lstatSync(join(aside, 'build')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(root, 'build/.claude/settings.json'), 'utf8')).toBe('of the checkout')
})

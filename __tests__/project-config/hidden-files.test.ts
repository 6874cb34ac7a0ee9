import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hideFiles, putBackFiles, returnHidden } from '../../src/project-config/hidden-files.ts'
import { pictureOf } from '../support/project.ts'
import { git, makeCheckout } from '../support/step.ts'

/** A checkout, and a store for what is hidden: of the run's own folder `temporary`. */
function makePlace(parent = tmpdir()) {
  const root = realpathSync(
    makeCheckout({
      'AGENTS.md': 'Own.\n',
      'a/.opencode/plugin/a.sh': '#!/bin/sh\n',
      'a/b/c/CLAUDE.md': 'Deep.\n',
    }),
  )
  symlinkSync('AGENTS.md', join(root, 'CLAUDE.md'))
  const temporary = mkdtempSync(join(parent, 'opencode-driver-hiding-'))
  const names = ['AGENTS.md', 'CLAUDE.md', 'a/.opencode', 'a/b/c/CLAUDE.md']
  const paths = names.map((name) => join(root, name))
  return {
    root,
    temporary,
    store: join(temporary, 'project-config'),
    paths,
    aside: join(temporary, 'aside'),
  }
}

/** Another file system than that of temporary folders, where there is one. */
const elsewhere = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

test.each([tmpdir(), elsewhere])(
  'what was hidden in %s comes back as it was, times of folders included',
  (parent) => {
    const { root, store, paths, aside, temporary } = makePlace(parent)
    const [before, status] = [pictureOf(root), git(root, 'status', '--porcelain')]
    for (const _ of [1, 2]) {
      hideFiles(paths, { root, store })
      expect(paths.filter((path) => existsSync(path))).toEqual([])
      expect(putBackFiles(store, aside)).toEqual({ occupied: [], left: [] })
      expect(pictureOf(root)).toEqual(before)
      expect(git(root, 'status', '--porcelain')).toBe(status)
    }
    rmSync(temporary, { recursive: true })
  },
)

test('what stands in the place goes aside, a link instead of a folder too, and nothing is written through it', () => {
  const { root, store, paths, aside } = makePlace()
  const outside = mkdtempSync(join(tmpdir(), 'opencode-driver-outside-'))
  hideFiles(paths, { root, store })
  writeFileSync(join(root, 'AGENTS.md'), 'Mine.\n')
  rmSync(join(root, 'a'), { recursive: true })
  symlinkSync(outside, join(root, 'a'))
  expect(putBackFiles(store, aside)).toEqual({ occupied: ['AGENTS.md', 'a'], left: [] })
  expect(readFileSync(join(root, 'AGENTS.md'), 'utf8')).toBe('Own.\n')
  expect(readFileSync(join(root, 'a/b/c/CLAUDE.md'), 'utf8')).toBe('Deep.\n')
  expect(readFileSync(join(aside, 'AGENTS.md'), 'utf8')).toBe('Mine.\n')
  expect(pictureOf(outside)).toEqual({ '': expect.anything() })
})

test('of what was not hidden yet when the process was killed, nothing is touched', () => {
  const { root, store, paths, aside } = makePlace()
  const before = pictureOf(root)
  const broken = [...paths, join(root, 'gone/AGENTS.md')]
  expect(() => hideFiles(broken, { root, store })).toThrow('ENOENT')
  expect(putBackFiles(store, aside)).toEqual({ occupied: [], left: [] })
  expect(pictureOf(root)).toEqual(before)
})

test('what can not be put back is named, and its folder is not to be removed', () => {
  const { root, temporary, store, paths } = makePlace()
  hideFiles(paths, { root, store })
  rmSync(root, { recursive: true })
  writeFileSync(root, 'A file where the checkout was.')
  const warnings: string[] = []
  expect(returnHidden(temporary, (message) => warnings.push(message))).toBe(false)
  expect(warnings).toContain(
    `${join(root, 'AGENTS.md')} could not be put back: it is at ${join(store, 'kept/AGENTS.md')}.`,
  )
  rmSync(root)
  mkdirSync(root)
  expect(returnHidden(temporary, (message) => warnings.push(message))).toBe(true)
  expect(readFileSync(join(root, 'AGENTS.md'), 'utf8')).toBe('Own.\n')
})

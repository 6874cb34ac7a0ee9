import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readPlainFile } from '../../src/workspace/plain-file.ts'

const most = 64 * 1024

test('a regular file is read, up to its limit', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'plain-')), 'file')
  writeFileSync(path, Buffer.alloc(most, 'x'))
  expect(readPlainFile(path, most)).toEqual({ bytes: Buffer.alloc(most, 'x') })
})

test.each<[string, (path: string) => unknown, string]>([
  ['nothing', () => undefined, 'does not exist'],
  ['a link', (path) => symlinkSync('/etc/passwd', path), 'is a symbolic link'],
  ['a folder', (path) => mkdirSync(path), 'is not a regular file'],
  [
    'a file of 1 TB',
    (path) => {
      writeFileSync(path, '')
      truncateSync(path, 1e12)
    },
    'is larger than 64 KiB',
  ],
])('%s is not read', (_, plant, problem) => {
  const path = join(mkdtempSync(join(tmpdir(), 'plain-')), 'x')
  plant(path)
  expect(readPlainFile(path, most)).toEqual({ problem })
})

test('a pipe does not hold a reader up', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'plain-')), 'pipe')
  execFileSync('mkfifo', [path])
  const file = join(import.meta.dirname, '../../src/workspace/plain-file.ts')
  const script = `console.log((await import('${file}')).readPlainFile('${path}', 9).problem)`
  const args = ['--input-type=module', '--eval', script]
  const said = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
  expect(said).toBe('is not a regular file\n')
})

test('a file that says it is empty is read no further than its limit', () => {
  expect(readPlainFile('/proc/self/maps', 100)).toEqual({
    problem: expect.stringMatching(/^is larger/),
  })
})

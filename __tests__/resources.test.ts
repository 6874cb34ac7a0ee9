import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { blameDisk, fullDisk, isDiskFull, releaseSpace, reserveSpace } from '../src/resources.ts'
import { fillDisk, mountSmall } from './support/harmed.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'opencode-driver-disk-'))

const probe = mountSmall(folder(), '64k')
const whereMountable = probe.mounted ? test : test.skip
probe[Symbol.dispose]()

whereMountable(
  'what is held in reserve is taken from the disk, and can be written when it is released',
  () => {
    const directory = folder()
    using _ = mountSmall(directory, '16m')
    reserveSpace(directory)
    expect(isDiskFull(directory)).toBe(false)
    fillDisk(directory)
    expect(isDiskFull(directory)).toBe(true)
    const write = () => writeFileSync(join(directory, 'result'), Buffer.alloc(7 << 20, 'x'))
    expect(write).toThrow('ENOSPC')
    releaseSpace(directory)
    write()
    expect(readdirSync(directory).sort()).toEqual(['filler', 'result'])
  },
)

whereMountable('a disk that has less than the reserve keeps nothing of it', () => {
  const directory = folder()
  using _ = mountSmall(directory, '4m')
  reserveSpace(directory)
  expect(readdirSync(directory)).toEqual([])
  fillDisk(directory)
  const broken = { outcome: 'internal-error', reason: 'A defect.' } as const
  expect(blameDisk(broken, directory)).toEqual({ outcome: 'server-failed', reason: fullDisk })
})

test('the reserve is no hole in a file', () => {
  const directory = folder()
  reserveSpace(directory)
  const { size, blocks } = statSync(join(directory, 'reserve'))
  expect(blocks * 512).toBeGreaterThanOrEqual(size)
  expect(size).toBe(8 * 1024 * 1024)
})

test.each(['ENOSPC: no space left on device, write', 'git: No space left on device', 'EDQUOT'])(
  'a defect that says “%s” is a full disk, other verdicts stay',
  (reason) => {
    const directory = folder()
    const blamed = { outcome: 'server-failed', reason: fullDisk }
    expect(blameDisk({ outcome: 'internal-error', reason }, directory)).toEqual(blamed)
    for (const verdict of [
      { outcome: 'provider-error', reason },
      { outcome: 'internal-error', reason: 'A defect.' },
    ] as const)
      expect(blameDisk(verdict, directory)).toEqual(verdict)
  },
)

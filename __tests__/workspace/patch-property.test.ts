import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { applyToClone, changeBy } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

const name = fc.constantFrom('a', 'b', 'c d', 'ü', 'x"y', 'n\nl')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const content = fc.oneof(
  fc.constantFrom('', 'one\n', 'one\ntwo\n', 'no end', 'w\r\nx\r\n'),
  fc.uint8Array({ maxLength: 40 }),
  fc.integer({ min: 1, max: 60 }).map((count) => 'line\n'.repeat(count)),
)

const operation = fc.oneof(
  fc.record({ act: fc.constant('write' as const), path, content }),
  fc.record({ act: fc.constant('link' as const), path, target: path }),
  fc.record({ act: fc.constant('remove' as const), path }),
  fc.record({ act: fc.constant('chmod' as const), path }),
  fc.record({ act: fc.constant('init' as const), path }),
  fc.record({ act: fc.constant('commit' as const) }),
)

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

async function apply(repository: Repository, operation: Operation): Promise<void> {
  const { act } = operation
  if (act === 'commit') repository.commit()
  else if (act === 'write') await repository.write(operation.path, operation.content)
  else if (act === 'link') await repository.link(operation.path, operation.target)
  else if (act === 'chmod') await repository.makeExecutable(operation.path)
  else if (act === 'init') repository.git('init', '--quiet', operation.path)
  else await rm(join(repository.root, operation.path), { recursive: true })
}

test('whatever is done to the files, the patch makes the same tree of a fresh clone, and so does landing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(path, content, { minKeys: 1, maxKeys: 6 }),
      fc.array(operation, { maxLength: 12 }),
      async (files, operations) => {
        await using repository = await createRepository()
        for (const [at, text] of Object.entries(files)) {
          await repository.write(at, text).catch(() => undefined)
        }
        repository.commit()
        const head = repository.git('rev-parse', 'HEAD')
        const before = repository.git('rev-parse', 'HEAD^{tree}')
        const change = await changeBy(repository, async (copy) => {
          // Some can't be done: a file where a folder would have to be, nothing to remove.
          for (const one of operations) await apply(copy, one).catch(() => undefined)
        })
        expect(applyToClone(repository, head, change)).toBe(change.tree)
        expect(change.files.length > 0).toBe(change.tree !== before)
        expect(await change.land()).toEqual([])
        expect(repository.run('git add --all; git write-tree')).toBe(change.tree)
      },
    ),
    { numRuns: 12 },
  )
})

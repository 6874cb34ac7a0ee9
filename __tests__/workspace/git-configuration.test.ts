import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { keepConfiguration, listConfiguration } from '../../src/workspace/git-configuration.ts'
import { soon } from '../support/change.ts'
import { createRepository } from '../support/repository.ts'

test.each([
  ['user.name', 'A plain name'],
  ['user.name', 'x"\n[alias]\n\tx = "!evil'],
  ['user.name', 'x\\"\n[core]\n\tfsmonitor = evil'],
  ['user.name', '  # no comment ; \t\\n'],
  ['branch.a"b\\c].remote', 'origin'],
])('a setting %j that is kept says what it said, and no more: %j', async (key, value) => {
  await using repository = await createRepository()
  const { temporary, env } = repository
  const from = join(temporary, 'from')
  repository.git('config', '--file', from, key, value)
  repository.git('config', '--file', from, 'alias.other', 'x')
  const listed = await listConfiguration({ file: from, folder: temporary, env }, soon())
  await repository.write(
    'kept',
    keepConfiguration(listed, (name) => name === key),
  )
  const kept = repository.git('config', '--file', 'kept', '--list', '-z')
  expect(kept).toBe(`${key}\n${value}\0`)
})

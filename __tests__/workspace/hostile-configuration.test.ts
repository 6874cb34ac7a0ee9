import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readCheckout } from '../../src/project-config/checkout.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { baselineOf, changeBy, changeSince, soon } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

/** Each would make a file, were it ever run or fetched from. */
const keys = (run: string) => ({
  'core.fsmonitor': run,
  'core.sshCommand': run,
  'core.pager': run,
  'core.editor': run,
  'core.gitProxy': run,
  'core.askPass': run,
  'core.alternateRefsCommand': run,
  'sequence.editor': run,
  'diff.external': run,
  'diff.evil.command': run,
  'diff.evil.textconv': run,
  'merge.evil.driver': run,
  'filter.evil.clean': run,
  'filter.evil.smudge': run,
  'filter.evil.process': run,
  'filter.evil.required': 'true',
  'alias.symbolic-ref': `!${run}`,
  'alias.update-ref': `!${run}`,
  'credential.helper': `!${run}`,
  'gpg.program': run,
  'commit.gpgSign': 'true',
  'submodule.sub.update': `!${run}`,
  'submodule.recurse': 'true',
  'protocol.ext.allow': 'always',
  'protocol.allow': 'always',
  'remote.origin.url': `ext::${run}`,
  'remote.origin.promisor': 'true',
  'remote.origin.uploadpack': run,
  'extensions.partialClone': 'origin',
  'core.repositoryFormatVersion': '1',
  'uploadpack.packObjectsHook': run,
})

async function poison({ root, temporary, env }: Repository, marker: string): Promise<void> {
  const script = join(temporary, 'evil.sh')
  await writeFile(script, `#!/bin/sh\ntouch '${marker}'\ncat\n`, { mode: 0o755 })
  const lines = Object.entries(keys(script)).map(([key, value]) => {
    const [section = '', ...rest] = key.split('.')
    const name = rest.pop() ?? ''
    const header = rest.length > 0 ? `${section} "${rest.join('.')}"` : section
    return `[${header}]\n\t${name} = "${value}"\n`
  })
  const included = join(temporary, 'included')
  await writeFile(included, lines.join(''))
  const configuration = `${lines.join('')}[include]\n\tpath = ${included}\n[core]\n\thooksPath = ${join(root, '.git/evil-hooks')}\n`
  await writeFile(join(root, '.git/config'), configuration, { flag: 'a' })
  const home = env.HOME ?? ''
  await mkdir(home, { recursive: true })
  await writeFile(join(home, '.gitconfig'), configuration)
  for (const folder of ['.git/hooks', '.git/evil-hooks']) {
    await mkdir(join(root, folder), { recursive: true })
    for (const hook of [
      'reference-transaction',
      'post-checkout',
      'post-index-change',
      'fsmonitor-watchman',
    ])
      await writeFile(join(root, folder, hook), `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 })
  }
  await mkdir(join(root, '.git/info'), { recursive: true })
  for (const file of ['.gitattributes', '.git/info/attributes'])
    await writeFile(join(root, file), '* filter=evil diff=evil merge=evil\n')
}

test.each([
  {
    what: 'edits, a commit and another branch',
    act: 'git checkout -q -b agent; echo x >>a.txt; rm src/b.txt; git commit -qam x',
  },
  {
    what: 'a checkout whose objects are gone',
    act: 'echo x >>a.txt; git commit -qam x; rm -rf .git/objects/?? .git/objects/pack',
  },
  { what: 'a commit', act: 'echo x >>a.txt; git commit -qam x' },
  {
    what: 'a nested repository',
    act: 'git init -q sub; echo s >sub/s; cp .git/config sub/.git/config; echo y >a.txt',
  },
])(
  'nothing that the agent wrote into git’s configuration runs when its change is read and landed: $what',
  async ({ act }) => {
    await using repository = await createRepository({ 'a.txt': '1\n', 'src/b.txt': '2\n' })
    const marker = join(repository.temporary, 'marker')
    const change = await changeBy(repository, async (copy) => {
      copy.run(act)
      await poison(copy, marker)
    })
    expect(change.files.map(({ path }) => path)).toContain('a.txt')
    expect(await change.land()).toEqual([])
    expect(existsSync(marker)).toBe(false)
  },
)

test('nothing that an earlier step left in git’s configuration runs when the checkout is read, copied and changed', async () => {
  await using repository = await createRepository({ 'a.txt': '1\n', 'src/b.txt': '2\n' })
  const { root, temporary, env } = repository
  const marker = join(temporary, 'marker')
  await poison(repository, marker)
  const opened = openRepository(root)
  await readCheckout(opened, { temporary, env }, soon())
  const act = async ({ write, remove }: Repository) => {
    await write('a.txt', 'changed\n')
    await remove('src/b.txt')
  }
  const hidden = [join(root, '.gitattributes')]
  const change = await changeBy(repository, act, { hidden })
  expect(change.files.map(({ path }) => path)).toEqual(['a.txt', 'src/b.txt'])
  expect(await change.land()).toEqual([])
  const before = await baselineOf(repository)
  await repository.write('a.txt', 'changed in place\n')
  expect((await changeSince(before, repository)).files).toHaveLength(1)
  expect(existsSync(marker)).toBe(false)
})

test('the same configuration does run in a git that is not neutral', async () => {
  await using repository = await createRepository({ 'a.txt': '1\n' })
  const marker = join(repository.temporary, 'marker')
  await poison(repository, marker)
  repository.run('echo 2 >a.txt; git status || true')
  expect(existsSync(marker)).toBe(true)
})

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from '@jest/globals'
import { provideBubblewrap } from '../../src/sandbox/bubblewrap.ts'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { openCopies } from '../../src/workspace/copies.ts'
import type { CopyOptions } from '../../src/workspace/copy-place.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { rootTest, sandboxTest } from '../support/sandbox.ts'
import { git, makeCheckout } from '../support/step.ts'

const soon = () => AbortSignal.timeout(170_000)

/** A sandbox around a tree, to run shell scripts in. */
async function sandboxOf(
  root: string,
  more: Partial<SandboxOptions> = {},
  copying: Partial<CopyOptions> = {},
) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const bubblewrap = await provideBubblewrap({ env, log: () => undefined }, soon())
  if ('why' in bubblewrap) throw new Error(bubblewrap.why)
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-sandbox-')))
  const own = join(temporary, 'own')
  mkdirSync(own)
  const repository = existsSync(join(root, '.git')) ? openRepository(root) : undefined
  const copies = await openCopies(
    {
      ...{ root, repository, temporary, env: more.env ?? env, hidden: [] },
      ...{ isMeasured: false, isMounted: true },
      ...{ onProgress: () => undefined, ...copying },
    },
    soon(),
  )
  const options = { bubblewrap, env, root, writable: true, temporary, readable: [], copies }
  const sandbox = await createSandbox({ ...options, ...more }, soon())
  await copies.next(soon())
  const run = (script: string) => {
    const {
      program,
      args,
      extra = '',
    } = sandbox.wrap(['/bin/sh', '-c', `cd ${root}\n${script}`], own)
    const options = join(temporary, 'options')
    writeFileSync(options, extra)
    const file = openSync(options, 'r')
    using _ = { [Symbol.dispose]: () => closeSync(file) }
    return execFileSync(program.path, args, {
      encoding: 'utf8',
      env: { ...process.env, HOME: own },
      timeout: 30_000,
      stdio: ['ignore', 'pipe', 'pipe', file],
    })
  }
  return { ...sandbox, run, temporary, bubblewrap }
}

const settings = (root: string) => readFileSync(join(root, '.git', 'config'), 'utf8')

sandboxTest(
  'git works in the sandbox, on a copy without credentials and hooks, and the checkout’s stays as it was',
  async () => {
    const root = makeCheckout()
    const header = 'AUTHORIZATION: basic canaryHeader'
    git(root, 'config', 'http.https://github.example/.extraheader', header)
    git(root, 'config', 'remote.origin.url', 'https://name:canaryUrl@github.example/octo/sample')
    git(root, 'config', 'includeIf.gitdir:/x/.path', '/tmp/canaryInclude.config')
    git(root, 'config', 'credential.helper', '!canaryHelper')
    writeFileSync(join(root, '.git', 'hooks', 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const before = settings(root)
    const { run } = await sandboxOf(root)

    const printed = run(`
    grep -rs canary .git; ls .git/hooks; git remote -v
    git status --short; echo more >> README.md
    git commit -qam 'From inside' && git log --format='%s by %an'; git fsck --strict 2>&1
    git checkout -qb other; git config core.hooksPath hooks; git gc -q; git show HEAD~1:README.md`)
    expect(printed).not.toContain('canary')
    expect(printed).toContain('origin\thttps://github.example/octo/sample (fetch)')
    expect(printed).toContain('From inside by opencode\nSample by Sample\n')
    expect(printed).toMatch(/# Sample\n\nA sample project\.\n$/)
    expect(settings(root)).toBe(before)
    expect(git(root, 'log', '--format=%s')).toBe('Sample\n')
    expect(git(root, 'branch', '--list', 'other')).toBe('')
    expect(git(root, 'status', '--short')).toBe('')
  },
)

sandboxTest('submodules, linked worktrees and shared objects work in the copy', async () => {
  const library = makeCheckout({ 'lib.txt': 'lib\n' })
  const root = makeCheckout()
  const allow = ['-c', 'protocol.file.allow=always']
  git(root, ...allow, 'submodule', '--quiet', 'add', library, 'deps/library')
  git(root, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'Submodule')
  git(root, 'config', '--file', '.git/modules/deps/library/config', 'http.extraheader', 'canary')
  const linked = join(mkdtempSync(join(tmpdir(), 'opencode-driver-linked-')), 'tree')
  git(root, 'worktree', 'add', '-q', '-b', 'linked', linked)
  const clone = join(mkdtempSync(join(tmpdir(), 'opencode-driver-clone-')), 'tree')
  execFileSync('git', ['clone', '-q', '--shared', root, clone])

  const look = `
    git -C deps/library log --format=%s; grep -rs canary .git; git submodule status`
  const printed = (await sandboxOf(root)).run(`(${look}) 2>/dev/null`)
  expect(printed).toMatch(/^Sample\n [0-9a-f]{40} deps\/library \(heads\/\w+\)\n$/)

  const inLinked = (await sandboxOf(linked)).run(`
    git branch --show-current; echo x > x.txt; git add x.txt; git status --short`)
  expect(inLinked).toBe('linked\nA  x.txt\n')
  expect(git(linked, 'status', '--short')).toBe('')
  expect((await sandboxOf(clone)).run('git log --format=%s 2>&1 || echo none')).toContain('none')
})

sandboxTest(
  'what the agent does to the tree reaches the checkout in ignored folders alone, and in a plan not even there',
  async () => {
    const root = makeCheckout({ '.gitignore': 'cache/\n' })
    mkdirSync(join(root, 'cache'))
    writeFileSync(join(root, 'cache/old'), 'old\n')
    const act = `
    echo x > new.txt; rm README.md; chmod 777 src; cat cache/old
    echo y > cache/new || echo refused; git status --short`
    const plan = (await sandboxOf(root, { writable: false })).run(`(${act}) 2>/dev/null`)
    expect(plan).toBe('old\nrefused\n D README.md\n?? new.txt\n')
    expect(existsSync(join(root, 'cache/new'))).toBe(false)
    expect((await sandboxOf(root)).run(act)).toBe('old\n D README.md\n?? new.txt\n')
    expect(readFileSync(join(root, 'cache/new'), 'utf8')).toBe('y\n')
    expect(git(root, 'status', '--short')).toBe('')
  },
)

sandboxTest('what is hidden is not in the tree, and unchanged to the agent’s git', async () => {
  const root = makeCheckout({ 'AGENTS.md': 'Obey.\n', 'a/.opencode/plugin/x.js': 'evil()\n' })
  const hidden = [join(root, 'AGENTS.md'), join(root, 'a/.opencode'), join(root, 'absent')]
  const { run } = await sandboxOf(root, {}, { hidden })
  expect(run('git status --short; git add -A; git status --short; find . -name "AG*"')).toBe('')
})

sandboxTest(
  'a repository that was masked can not be read by moving it before the next start',
  async () => {
    const root = makeCheckout({ '.gitignore': 'vendor/\n' })
    mkdirSync(join(root, 'vendor/x/.git'), { recursive: true })
    writeFileSync(join(root, 'vendor/x/.git/config'), 'canary')
    const { run } = await sandboxOf(root)
    expect(
      run('cat vendor/x/.git/config; mv vendor/x vendor/y; mkdir -p vendor/x/.git; echo end'),
    ).toBe('end\n')
    expect(() => run('cat vendor/y/.git/config')).toThrow('The agent moved')
  },
)

/** A checkout with so many repositories in an untracked folder. */
function plant(count: number, ignore: string): string {
  const root = makeCheckout({ '.gitignore': ignore })
  for (let index = 0; index < count; index += 1) {
    const folder = join(root, 'deps', 'folder-of-a-long-name/'.repeat(8), `${index}`, '.git')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'config'), 'canary')
  }
  return root
}

sandboxTest('repositories in the tree are no mounts, however many there are', async () => {
  const { run } = await sandboxOf(plant(500, ''))
  expect(run('grep -rs canary . || echo end')).toBe('end\n')
})

sandboxTest(
  'repositories in ignored folders are masked, or end the run where there are too many',
  async () => {
    const { run } = await sandboxOf(plant(100, 'deps/\n'))
    expect(run('grep -rs canary . || echo end')).toBe('end\n')
    await expect(sandboxOf(plant(500, 'deps/\n'))).rejects.toMatchObject({
      outcome: 'server-failed',
      message: expect.stringContaining('too many git repositories'),
    })
  },
)

sandboxTest(
  'what the runner and its user keep is out of sight; tools on PATH are there, and what is named',
  async () => {
    const work = mkdtempSync(join(tmpdir(), 'opencode-driver-work-'))
    const place = (path: string, text = 'canary') => {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), text, { mode: 0o755 })
      return join(work, path)
    }
    const tool = place('home/tools/bin/some-tool', '#!/bin/sh\ncat "$(dirname "$0")/../lib/data"\n')
    place('home/tools/lib/data', 'the tool works\n')
    place('home/.npmrc')
    place('_temp/git-credentials-1.config')
    place('_actions/other/action/index.js')
    place('other/checkout/.git/config')
    const named = place('home/named.json', 'named\n')
    const root = join(work, 'repo', 'repo')
    mkdirSync(root, { recursive: true })
    const env = {
      PATH: `${dirname(tool)}:${work}:${process.env.PATH}`,
      HOME: join(work, 'home'),
      RUNNER_TEMP: join(work, '_temp'),
      GITHUB_WORKSPACE: root,
    }
    const { run } = await sandboxOf(root, { env, readable: [named] })
    const printed = run(
      `PATH=${dirname(tool)}:$PATH some-tool; cat ${named}; grep -rs canary ${work} || true`,
    )
    expect(printed).toBe('the tool works\nnamed\n')
  },
)

/** A folder outside of any tree, with a file that is to stay unread. */
function makeOutside(): string {
  const outside = mkdtempSync(join(tmpdir(), 'opencode-driver-outside-'))
  writeFileSync(join(outside, 'secret.txt'), 'canary')
  return outside
}

sandboxTest(
  'a repository that somebody left in the tree shows nothing from elsewhere',
  async () => {
    const outside = makeOutside()
    const root = makeCheckout()
    const plant = (name: string, script: string) =>
      execFileSync(
        'sh',
        [
          '-c',
          `mkdir -p ${name}/.git/objects/info ${name}/.git/refs; echo ref: refs/heads/x > ${name}/.git/HEAD; cd ${name}/.git; ${script}`,
        ],
        { cwd: root },
      )
    plant('a', `echo ${outside} > objects/info/alternates; ln -s ${outside}/secret.txt index`)
    plant('b', `rm -r objects; ln -s ${outside} objects`)
    plant('c', 'mkfifo commondir; echo "$PWD/objects" > objects/info/alternates')
    const leads = [
      `mkdir d; echo 'gitdir: ${outside}' > d/.git; ln -s ${outside} e`,
      `mkdir -p .git/modules/f; touch .git/modules/f/HEAD; ln -s ${outside} .git/modules/f/objects`,
      `ln -s ${outside} .git/rebase-merge`,
    ]
    execFileSync('sh', ['-c', leads.join('; ')], { cwd: root })
    const { run } = await sandboxOf(root)
    const printed = run(`
    cat a/.git/index .git/rebase-merge/secret.txt ${outside}/secret.txt b/.git/objects/secret.txt /run/opencode-driver/objects/*/secret.txt 2>/dev/null
    cat e/secret.txt 2>/dev/null; ls -A a/.git; echo end`)
    expect(printed).toBe('end\n')
  },
)

sandboxTest('of a repository only what git itself needs is copied', async () => {
  const root = makeCheckout()
  writeFileSync(join(root, '.git', 'credentials'), 'https://name:canary@github.example\n')
  const linked = join(mkdtempSync(join(tmpdir(), 'opencode-driver-linked-')), 'tree')
  git(root, 'worktree', 'add', '-q', '-b', 'linked', linked)
  git(root, 'config', 'extensions.worktreeConfig', 'true')
  git(linked, 'config', '--worktree', 'http.extraheader', 'canary')
  const look = 'grep -rs canary "$(git rev-parse --git-common-dir)" || git status --short; echo end'
  expect((await sandboxOf(root)).run(look)).toBe('end\n')
  expect((await sandboxOf(linked)).run(look)).toBe('end\n')
})

sandboxTest('where there is no git, the agent sees nothing of the repository', async () => {
  const root = makeCheckout()
  const linked = join(mkdtempSync(join(tmpdir(), 'opencode-driver-linked-')), 'tree')
  git(root, 'worktree', 'add', '-q', linked)
  const env = { PATH: '/nowhere', HOME: process.env.HOME }
  const look = `PATH=/usr/bin:/bin; find .git ${root}/.git -type f -size +0 2>/dev/null; ls -A ${root}/.git; echo end`
  for (const tree of [root, linked])
    expect((await sandboxOf(tree, { env })).run(look)).toBe('end\n')
})

sandboxTest(
  'from inside no user namespace can be made, where bubblewrap can forbid it',
  async () => {
    const { run, bubblewrap } = await sandboxOf(makeCheckout())
    if (/^0\.[0-7]\./.test(bubblewrap.version)) return
    expect(run('unshare --user true 2>&1 || true')).toMatch(/^unshare: unshare failed/)
  },
)

rootTest('a runner of one’s own in a folder of the system is out of sight', async () => {
  const folder = mkdtempSync('/opt/opencode-driver-test-')
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
  writeFileSync(join(folder, '.runner'), '{}')
  writeFileSync(join(folder, '.credentials'), 'canary', { mode: 0o600 })
  const { run } = await sandboxOf(makeCheckout())
  expect(run(`ls -A ${folder}; cat ${folder}/.credentials 2>/dev/null; ls -d /opt`)).toBe('/opt\n')
})

sandboxTest('a link of the checkout on PATH shows nothing from elsewhere', async () => {
  const outside = makeOutside()
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-workspace-')))
  const root = join(workspace, 'repo')
  mkdirSync(join(root, 'tools'), { recursive: true })
  mkdirSync(join(workspace, 'other/bin'), { recursive: true })
  for (const path of ['repo/bin', 'other/link', 'other/lib'])
    symlinkSync(outside, join(workspace, path))
  const link = `${workspace}-link`
  symlinkSync(workspace, link)
  for (const place of [workspace, link]) {
    const folders = ['repo/bin', 'other/link', 'other/bin'].map((path) => join(place, path))
    const env = { PATH: [...folders, process.env.PATH].join(':'), GITHUB_WORKSPACE: place }
    const { run } = await sandboxOf(root, { env })
    const look = `cat ${place}/*/*/secret.txt ${outside}/secret.txt 2>/dev/null; echo end`
    expect(run(look)).toBe('end\n')
  }
})

sandboxTest('a variable that names a link to a hidden folder shows nothing of it', async () => {
  const home = makeOutside()
  const link = join(realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-named-'))), 'link')
  symlinkSync(home, link)
  const env = { PATH: process.env.PATH, HOME: home }
  const { run } = await sandboxOf(makeCheckout(), { env, readable: [link, home] })
  expect(run(`cat ${link}/secret.txt ${home}/secret.txt 2>/dev/null; echo end`)).toBe('end\n')
})

sandboxTest('two sandboxes of one run do not meet', async () => {
  const root = makeCheckout()
  const first = await sandboxOf(root)
  const second = await sandboxOf(root, { temporary: first.temporary })
  first.run('echo first > /tmp/x')
  expect(second.run('cat /tmp/x 2>/dev/null; echo end')).toBe('end\n')
})

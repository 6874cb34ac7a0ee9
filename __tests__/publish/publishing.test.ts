import { expect, test } from '@jest/globals'
import type { PublishChoice } from '../../src/inputs/publish.ts'
import { publishResult } from '../../src/publish/publishing.ts'
import type { Result } from '../../src/result.ts'
import { soon } from '../support/change.ts'
import { eventOf } from '../support/event.ts'
import { type GitHub, startGitHub } from '../support/github/github.ts'
import type { Repository } from '../support/repository.ts'
import { resultWith } from '../support/result.ts'
import { checkOut, savedChange } from '../support/saved-change.ts'

type Place = { readonly github: GitHub; readonly repository: Repository }

/** What is published of what an agent did, as `what` says; the issue is number 1. */
async function publish(
  { github, repository }: Place,
  {
    what,
    act = () => undefined,
    ...difference
  }: Partial<Result> & Pick<PublishChoice, 'what'> & { act?: (repository: Repository) => unknown },
) {
  const saved = await savedChange({ github, repository }, act)
  const { policy, scan, patchFile, base, temporary } = saved
  const choice: PublishChoice = {
    ...{ what, policy, token: github.tokens.workflow, issue: undefined, branch: undefined },
    ...{ comment: { key: 'opencode', mode: 'update' }, commitMessage: undefined },
    pullRequest: { base: undefined, title: undefined, draft: true, labels: [] },
  }
  const log: string[] = []
  const runner = {
    info: (line: string) => void log.push(line),
    group: <T>(_name: string, body: () => Promise<T>) => body(),
  }
  const event = eventOf('issues', { action: 'opened', issue: { number: 1 } }, github.env)
  const redactor = { ...scan, clean: async <T>(value: T) => value }
  const change = { base, files: [], unseen: [] }
  const result = resultWith({ mode: 'implement', change, model: 'a/b', ...difference })
  const world = { env: { ...repository.env, ...github.env }, event, temporary }
  const ready = { ...world, publish: choice, runner, redactor, patchFile }
  return { ...(await publishResult(result, ready, soon())), log }
}

async function start() {
  const github = await startGitHub({ files: { 'a.txt': 'one\n' } })
  github.openIssue()
  return { github, repository: await checkOut(github, 'main') }
}

const writes = ({ requests }: GitHub) =>
  requests.filter(({ kind, method }) => kind === 'rest' && method !== 'GET')

test('the change is published first, whatever the order in the input, and the comment names it', async () => {
  const place = await start()
  await using github = place.github
  await using _ = place.repository
  const { published, outcome } = await publish(place, {
    what: ['comment', 'pull-request'],
    runUrl: 'https://ci.example/run/1',
    act: ({ write }) => write('b.txt', 'two\n'),
  })
  expect(outcome).toBe('completed')
  expect(published).toMatchObject({ branch: 'opencode/issue-1', pullRequestNumber: 2 })
  const [comment] = github.comments(1)
  expect(comment?.body).toContain(`**Committed** as ${published?.commitSha}`)
  expect(github.git('show', '-s', '--format=%B', published?.commitSha ?? '')).toMatch(
    /^Apply opencode's changes\n\nModel: a\/b\nRun: https:\/\/ci\.example\/run\/1\n\nOpencode-Driver-Tree: [0-9a-f]{40}$/,
  )
  expect(github.violations).toEqual([])
})

test('without a change nothing is written, and the result says so once', async () => {
  const place = await start()
  await using github = place.github
  await using _ = place.repository
  const { published, outcome } = await publish(place, { what: ['commit', 'pull-request'] })
  expect({ published, outcome }).toEqual({
    outcome: 'completed',
    published: {
      files: [],
      notes: ['No files were changed, so nothing was committed.'],
      problems: [],
    },
  })
  expect(writes(github)).toEqual([])
})

test('the change of a run that did not complete stays a patch, and the comment is written', async () => {
  const place = await start()
  await using github = place.github
  await using _ = place.repository
  const { published, outcome, log } = await publish(place, {
    what: ['commit', 'comment'],
    outcome: 'stalled',
    act: ({ write }) => write('b.txt', 'two\n'),
  })
  expect(outcome).toBe('stalled')
  expect(published?.problems).toEqual([
    'The run ended as stalled, so its change was not published. What it changed is in the patch file.',
  ])
  expect(log).toContain(published?.problems[0])
  expect(writes(github).map(({ path }) => path)).toEqual(['/repos/octo/sample/issues/1/comments'])
})

test('a change of which every file was held back blocks, and one that GitHub refuses fails, with the comment', async () => {
  const place = await start()
  await using github = place.github
  await using _ = place.repository
  const what = ['pull-request', 'comment'] as const
  const blocked = await publish(place, { what, act: ({ write }) => write('AGENTS.md', 'Obey.\n') })
  expect(blocked.outcome).toBe('blocked')
  expect(blocked.reason).toContain('AGENTS.md is protected')
  expect(github.comments(1)[0]?.body).toContain('the whole change was held back')
  github.protect('opencode/issue-1')
  const failed = await publish(place, { what, act: ({ write }) => write('b.txt', 'two\n') })
  expect(failed.outcome).toBe('publish-failed')
  expect(failed.reason).toContain('The branch is protected')
  expect(github.comments(1)[0]?.body).toContain('it could not be published')
})

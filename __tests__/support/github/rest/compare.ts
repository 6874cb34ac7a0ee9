import { type Answer, notFound } from '../answer.ts'
import { commitOf } from '../git/bare.ts'
import { diffOf, filesOf } from '../git/diff.ts'
import { demand } from '../identity.ts'
import { apiOf, webOf } from '../shapes.ts'
import type { Hosted, State } from '../state.ts'
import { type Call, repositoryOf, textOf } from './call.ts'
import { commitShape } from './commits.ts'

/** `GET /repos/{owner}/{repo}/compare/{basehead}`, within one repository, on one page. */
export function compareCommits(call: Call): Answer {
  const repository = repositoryOf(call)
  demand(call.identity, 'read', 'contents')
  const { bare } = repository
  const basehead = textOf(call, 'basehead') ?? ''
  const [base, head] = basehead.split('...').map((name) => commitOf(bare, name))
  if (base === undefined || head === undefined) throw notFound()
  if (call.accept === 'diff') return { status: 200, body: diffOf({ bare, base, head }) }
  const merged = bare.ask('merge-base', base, head)
  if (merged === undefined) throw notFound()
  const list = (range: string) =>
    bare.git(['rev-list', '--reverse', range]).split('\n').filter(Boolean)
  const [ahead, behind] = [list(`${base}..${head}`), list(`${head}..${base}`)]
  const page = `${webOf(call.state, repository)}/compare/${basehead}`
  const body = {
    url: `${apiOf(call.state, repository)}/compare/${basehead}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: outerShape(call.state, repository, base),
    merge_base_commit: outerShape(call.state, repository, merged),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map((sha) => outerShape(call.state, repository, sha)),
    files: filesOf({ bare, base, head }),
  }
  return { status: 200, body }
}

function statusOf(ahead: number, behind: number): string {
  if (behind > 0) return ahead > 0 ? 'diverged' : 'behind'
  return ahead > 0 ? 'ahead' : 'identical'
}

/** A commit of a list: git's commit inside, and the accounts, which the stand-in does not know, outside. */
function outerShape(state: State, repository: Hosted, sha: string) {
  const { node_id, html_url, parents, ...inner } = commitShape(state, repository, sha)
  const url = `${apiOf(state, repository)}/commits/${sha}`
  const { author, committer, message, tree, verification } = inner
  const commit = {
    author,
    committer,
    message,
    tree,
    verification,
    url: inner.url,
    comment_count: 0,
  }
  return { sha, node_id, url, html_url, parents, author: null, committer: null, commit }
}

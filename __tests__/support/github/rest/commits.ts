import * as z from 'zod'
import { type Answer, notFound, Refusal } from '../answer.ts'
import { typeOf } from '../git/bare.ts'
import { identityOf } from '../git/branches.ts'
import { demand, type Identity } from '../identity.ts'
import { apiOf, nodeId, webOf } from '../shapes.ts'
import type { Hosted, State } from '../state.ts'
import { bodyOf, type Call, repositoryOf, textOf } from './call.ts'
import { writable } from './refs.ts'

const person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() })
const given = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: person.optional(),
  committer: person.partial().optional(),
  signature: z.string().optional(),
})

/**
 * `POST /repos/{owner}/{repo}/git/commits`: GitHub signs it where an app leaves out author, committer and signature. Page
 * "About commit signature verification", "Signature verification for bots".
 */
export function createCommit(call: Call): Answer {
  const repository = writable(call)
  const { bare } = repository
  const { message, tree, parents, author, committer, signature } = bodyOf(call, given)
  if (typeOf(bare, tree) !== 'tree') throw new Refusal(422, 'Tree SHA does not exist')
  for (const parent of parents) {
    if (typeOf(bare, parent) === 'commit') continue
    throw new Refusal(422, 'Parent SHA does not exist or is not a commit object')
  }
  const signed = call.identity.app && !author && !committer && !signature
  const own = personOf(call.identity)
  const by = author ?? own
  const { name = by.name, email = by.email, date = by.date } = committer ?? {}
  const env = identityOf(by, signed ? gitHub : { name, email, date })
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-']
  const sha = bare.git(args, { input: message, env })
  if (signed) call.state.signed.add(sha)
  return { status: 201, body: commitShape(call.state, repository, sha) }
}

/** `GET …/git/commits/{commit_sha}`. */
export function getCommit(call: Call): Answer {
  const repository = repositoryOf(call)
  demand(call.identity, 'read', 'contents')
  const sha = textOf(call, 'commit_sha') ?? ''
  if (typeOf(repository.bare, sha) !== 'commit') throw notFound()
  return { status: 200, body: commitShape(call.state, repository, sha) }
}

/** How GitHub names who commits without saying so. */
export function personOf({ account }: Identity): z.infer<typeof person> {
  const email = `${account.id}+${account.login}@users.noreply.github.com`
  return { name: account.login, email }
}

/** The committer of what GitHub signs. */
export const gitHub = { name: 'GitHub', email: 'noreply@github.com' }

/** How GitHub shows a commit among git's data. */
export function commitShape(state: State, repository: Hosted, sha: string) {
  const format = ['%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00')
  const shown = repository.bare.git(['show', '-s', `--format=${format}`, sha]).split('\0')
  const [tree = '', parents = '', ...rest] = shown
  const [name = '', email = '', date = '', byName = '', byEmail = '', byDate = '', message = ''] =
    rest
  const git = `${apiOf(state, repository)}/git`
  const page = `${webOf(state, repository)}/commit`
  return {
    sha,
    node_id: nodeId('C', sha),
    url: `${git}/commits/${sha}`,
    html_url: `${page}/${sha}`,
    author: { name, email, date },
    committer: { name: byName, email: byEmail, date: byDate },
    message,
    tree: { sha: tree, url: `${git}/trees/${tree}` },
    parents: parents
      .split(' ')
      .filter((id) => id !== '')
      .map((id) => ({ sha: id, url: `${git}/commits/${id}`, html_url: `${page}/${id}` })),
    verification: verificationOf(state, sha),
  }
}

function verificationOf({ signed }: State, sha: string) {
  const verified = signed.has(sha)
  const reason = verified ? 'valid' : 'unsigned'
  return { verified, reason, signature: null, payload: null, verified_at: null }
}

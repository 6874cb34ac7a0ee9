import * as z from 'zod'
import { type Answer, notFound, Refusal } from '../answer.ts'
import { typeOf } from '../git/bare.ts'
import { checkMove } from '../git/branches.ts'
import { demand } from '../identity.ts'
import { apiOf, nodeId } from '../shapes.ts'
import type { Hosted, State } from '../state.ts'
import { bodyOf, type Call, repositoryOf, textOf } from './call.ts'

const creation = z.object({ ref: z.string(), sha: z.string() })
const update = z.object({ sha: z.string(), force: z.boolean().default(false) })

/** `GET /repos/{owner}/{repo}/git/ref/{ref}`, with `ref` as `heads/NAME`. */
export function getRef(call: Call): Answer {
  const repository = repositoryOf(call)
  demand(call.identity, 'read', 'contents')
  const { ref, sha } = refOf(call, repository)
  if (sha === undefined) throw notFound()
  return { status: 200, body: refShape(call.state, repository, ref) }
}

/** `POST …/git/refs`, with `ref` as `refs/heads/NAME`. */
export function createRef(call: Call): Answer {
  const repository = writable(call)
  const { ref, sha: to } = bodyOf(call, creation)
  if (!/^refs\/[^/]+\/.+/.test(ref) || repository.bare.ask('check-ref-format', ref) === undefined)
    throw new Refusal(422, `${ref} is not a valid ref name.`)
  if (read(repository, ref) !== undefined) throw new Refusal(422, 'Reference already exists')
  checkTarget(repository, to)
  checkMove(call.state, call.identity, { repository, ref, to })
  repository.bare.git(['update-ref', ref, to])
  return { status: 201, body: refShape(call.state, repository, ref) }
}

/** `PATCH …/git/refs/{ref}`: only forward, unless by force. */
export function updateRef(call: Call): Answer {
  const repository = writable(call)
  const { ref, sha } = refOf(call, repository)
  const { sha: to, force } = bodyOf(call, update)
  if (sha === undefined) throw new Refusal(422, 'Reference does not exist')
  checkTarget(repository, to)
  const forward = repository.bare.ask('merge-base', '--is-ancestor', sha, to) !== undefined
  if (!forward && !force) throw new Refusal(422, 'Update is not a fast forward')
  checkMove(call.state, call.identity, { repository, ref, to })
  repository.bare.git(['update-ref', ref, to])
  return { status: 200, body: refShape(call.state, repository, ref) }
}

/** `DELETE …/git/refs/{ref}`. */
export function deleteRef(call: Call): Answer {
  const repository = writable(call)
  const { ref, sha } = refOf(call, repository)
  if (sha === undefined) throw new Refusal(422, 'Reference does not exist')
  checkMove(call.state, call.identity, { repository, ref, to: sha })
  repository.bare.git(['update-ref', '-d', ref])
  return { status: 204 }
}

/** The repository of a call that writes git data; only the origin takes any. */
export function writable(call: Call): Hosted {
  const repository = repositoryOf(call)
  demand(call.identity, 'write', 'contents')
  if (repository.fork) throw new Refusal(403, 'Resource not accessible by integration')
  return repository
}

function refOf(call: Call, repository: Hosted) {
  const ref = `refs/${textOf(call, 'ref')}`
  return { ref, sha: read(repository, ref) }
}

function read({ bare }: Hosted, ref: string): string | undefined {
  return bare.ask('show-ref', '--verify', '--hash', ref)
}

function checkTarget({ bare }: Hosted, sha: string): void {
  if (typeOf(bare, sha) === undefined) throw new Refusal(422, 'Object does not exist')
}

function refShape(state: State, repository: Hosted, ref: string) {
  const sha = read(repository, ref) ?? ''
  const type = typeOf(repository.bare, sha) ?? ''
  const git = `${apiOf(state, repository)}/git`
  return {
    ref,
    node_id: nodeId('REF', ref),
    url: `${git}/${ref}`,
    object: { type, sha, url: `${git}/${type}s/${sha}` },
  }
}

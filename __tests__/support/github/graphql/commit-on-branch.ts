import * as z from 'zod'
import { Refusal } from '../answer.ts'
import { commitOf } from '../git/bare.ts'
import { checkMove, identityOf } from '../git/branches.ts'
import { demand, type Identity } from '../identity.ts'
import { gitHub, personOf } from '../rest/commits.ts'
import { decode, writeTree } from '../rest/trees.ts'
import { nodeId } from '../shapes.ts'
import { findRepository, type Hosted, type State } from '../state.ts'
import { commitNode, refNode } from './nodes.ts'

const path = z.object({ path: z.string() })
const given = z.object({
  clientMutationId: z.string().nullish(),
  branch: z.object({
    id: z.string().optional(),
    repositoryNameWithOwner: z.string().optional(),
    branchName: z.string().optional(),
  }),
  expectedHeadOid: z.string(),
  fileChanges: z
    .object({ additions: z.array(path.extend({ contents: z.string() })), deletions: z.array(path) })
    .nullish()
    .transform((changes) => changes ?? { additions: [], deletions: [] }),
  message: z.object({ headline: z.string(), body: z.string().nullish() }),
})
type Changes = z.infer<typeof given>['fileChanges']

/**
 * The mutation of that name: whole contents on top of the expected head, signed by GitHub. It knows no file modes, so what
 * it writes is a plain file; that it loses the bit of an executable one is a report of its users, not documented.
 */
export function createCommitOnBranch(state: State, identity: Identity, input: unknown) {
  const { clientMutationId, branch, expectedHeadOid, fileChanges, message } = given.parse(input)
  const { repository, name } = branchOf(state, branch)
  const { bare } = repository
  demand(identity, 'write', 'contents')
  const ref = `refs/heads/${name}`
  const head = commitOf(bare, ref)
  if (head === undefined) throw missing(`Could not resolve to a Ref with the name '${name}'.`)
  if (head !== expectedHeadOid) {
    const text = `Expected branch to point to "${expectedHeadOid}" but it did not.  Pull and try again.`
    throw new Refusal(422, text, { type: 'STALE_DATA' })
  }
  const tree = writeTree(bare, head, entriesOf(repository, head, fileChanges))
  const text = [message.headline, message.body].filter(Boolean).join('\n\n')
  const env = identityOf(personOf(identity), gitHub)
  const sha = bare.git(['commit-tree', tree, '-p', head, '-F', '-'], { input: text, env })
  checkMove(state, identity, { repository, ref, to: sha })
  bare.git(['update-ref', ref, sha, head])
  state.signed.add(sha)
  return {
    clientMutationId: clientMutationId ?? null,
    commit: commitNode(state, repository, sha),
    ref: refNode(state, repository, ref),
  }
}

function branchOf(
  state: State,
  { id, repositoryNameWithOwner, branchName }: z.infer<typeof given>['branch'],
) {
  const byId = id === undefined ? undefined : nameOfRef(state.origin, id)
  const [owner = '', name = ''] = repositoryNameWithOwner?.split('/') ?? []
  const repository = id === undefined ? findRepository(state, owner, name) : state.origin
  const branch = byId ?? branchName?.replace(/^refs\/heads\//, '')
  if (repository === undefined || repository.fork || branch === undefined)
    throw missing('Could not resolve the branch.')
  return { repository, name: branch }
}

function nameOfRef({ bare }: Hosted, id: string): string | undefined {
  const refs = bare.git(['for-each-ref', '--format=%(refname)', 'refs/heads']).split('\n')
  return refs.find((ref) => nodeId('REF', ref) === id)?.replace('refs/heads/', '')
}

function entriesOf({ bare }: Hosted, head: string, { additions, deletions }: Changes) {
  const gone = deletions.find(
    ({ path }) => bare.ask('cat-file', '-e', `${head}:${path}`) === undefined,
  )
  if (gone) {
    const message = `A path was requested for deletion which does not exist as of commit oid \`${head}\``
    throw new Refusal(422, message)
  }
  const mode = '100644'
  return [
    ...deletions.map(({ path }) => ({ path, mode, sha: null })),
    ...additions.map(({ path, contents }) => {
      const sha = bare.git(['hash-object', '-w', '--stdin'], { input: decode(contents) })
      return { path, mode, sha }
    }),
  ]
}

function missing(message: string): Refusal {
  return new Refusal(404, message, { type: 'NOT_FOUND' })
}

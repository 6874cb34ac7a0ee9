import * as z from 'zod'
import { Refusal } from '../answer.ts'
import { typeOf } from '../git/bare.ts'
import { checkMove } from '../git/branches.ts'
import { demand, type Identity } from '../identity.ts'
import { nodeId } from '../shapes.ts'
import type { State } from '../state.ts'

const zeros = '0'.repeat(40)
const given = z.object({
  clientMutationId: z.string().nullish(),
  repositoryId: z.string(),
  refUpdates: z.array(
    z.object({
      name: z.string(),
      afterOid: z.string(),
      beforeOid: z.string().nullish(),
      force: z.boolean().nullish(),
    }),
  ),
})

/** The mutation of that name: moves refs from where they have to be, by force or forward only. The words of its errors are not documented. */
export function updateRefs(state: State, identity: Identity, input: unknown) {
  const { clientMutationId, repositoryId, refUpdates } = given.parse(input)
  if (repositoryId !== nodeId('R', state.origin.id))
    throw new Refusal(404, `Could not resolve to a node with the global id of '${repositoryId}'`)
  demand(identity, 'write', 'contents')
  for (const one of refUpdates) updateRef(state, identity, one)
  return { clientMutationId: clientMutationId ?? null }
}

function updateRef(
  state: State,
  identity: Identity,
  { name: ref, afterOid: to, beforeOid, force }: z.infer<typeof given>['refUpdates'][number],
): void {
  const { bare } = state.origin
  const now = bare.ask('show-ref', '--verify', '--hash', ref) ?? zeros
  if (beforeOid && beforeOid !== now)
    throw new Refusal(422, `A ref could not be updated: ${ref} is not at ${beforeOid}`)
  if (typeOf(bare, to) === undefined) throw new Refusal(422, 'Object does not exist')
  const isForward = now === zeros || bare.ask('merge-base', '--is-ancestor', now, to) !== undefined
  if (!isForward && !force) throw new Refusal(422, 'Update is not a fast forward')
  checkMove(state, identity, { repository: state.origin, ref, to })
  bare.git(['update-ref', ref, to, now])
}

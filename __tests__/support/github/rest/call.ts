import type * as z from 'zod'
import { type Answer, notFound } from '../answer.ts'
import type { Identity } from '../identity.ts'
import { findRepository, type Hosted, type State } from '../state.ts'
import type { Operation, Parameters } from './description.ts'

/** A request that fits its operation. */
export type Call = {
  readonly state: State
  readonly identity: Identity
  readonly operation: Operation
  readonly parameters: Parameters
  readonly body: unknown
  /** The media type that the answer is to have. */
  readonly accept: string
  readonly url: URL
}

/** What does an operation; it throws a `Refusal` where GitHub answers with an error. */
export type Handler = (call: Call) => Answer

/** A parameter that is a number; the description has checked it. */
export function numberOf({ parameters }: Call, name: string): number {
  return Number(parameters[name])
}

/** A parameter that is text; undefined where it is absent. */
export function textOf({ parameters }: Call, name: string): string | undefined {
  const value = parameters[name]
  return value === undefined ? undefined : String(value)
}

/** The body, which the description has checked already, with its types. */
export function bodyOf<T>({ body }: Call, schema: z.ZodType<T>): T {
  return schema.parse(body ?? {})
}

/** The repository that `owner` and `repo` name; GitHub hides all others. */
export function repositoryOf(call: Call): Hosted {
  const [owner = '', name = ''] = [textOf(call, 'owner'), textOf(call, 'repo')]
  const repository = findRepository(call.state, owner, name)
  if (repository === undefined) throw notFound()
  return repository
}

/** The repository of issues and pull requests; forks have none. */
export function originOf(call: Call): Hosted {
  const repository = repositoryOf(call)
  if (repository.fork) throw notFound()
  return repository
}

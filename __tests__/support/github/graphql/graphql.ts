import type { DocumentNode, ExecutionResult, GraphQLFieldResolver, GraphQLSchema } from 'graphql'
import { buildSchema, defaultFieldResolver, execute, GraphQLError, parse, validate } from 'graphql'
import * as z from 'zod'
import { type Answer, Refusal } from '../answer.ts'
import type { Identity } from '../identity.ts'
import type { State } from '../state.ts'
import { createCommitOnBranch } from './commit-on-branch.ts'
import { findNode, repositoryNode, viewerNode } from './nodes.ts'
import { updateRefs } from './update-refs.ts'

const given = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})
let loaded: Promise<GraphQLSchema> | undefined

/** GitHub's schema is large: it is read only where a test speaks GraphQL. */
async function loadSchema(): Promise<GraphQLSchema> {
  const { schema } = await import('@octokit/graphql-schema')
  return buildSchema(schema.idl, { assumeValid: true, assumeValidSDL: true })
}

/** Answers a GraphQL request, which is held against GitHub's published schema; errors come with status 200. */
export async function answerGraphql(
  state: State,
  text: string,
  identity: Identity | undefined,
): Promise<Answer> {
  if (identity === undefined) return { status: 401, body: { message: 'Bad credentials' } }
  const request = given.safeParse(parseJson(text))
  if (!request.success) return { status: 400, body: { message: 'Problems parsing JSON' } }
  loaded ??= loadSchema()
  const schema = await loaded
  const document = read(request.data.query)
  const problems = document instanceof GraphQLError ? [document] : validate(schema, document)
  state.violations.push(...problems.map(({ message }) => `GraphQL: ${message}`))
  if (document instanceof GraphQLError || problems.length > 0)
    return { status: 200, body: { errors: problems.map((problem) => problem.toJSON()) } }
  const result = await execute({
    schema,
    document,
    variableValues: request.data.variables,
    operationName: request.data.operationName,
    rootValue: rootOf(state, identity),
    fieldResolver: resolveField,
  })
  return { status: 200, body: { ...result, ...errorsOf(state, result) } }
}

function rootOf(state: State, identity: Identity) {
  return {
    viewer: () => viewerNode(state, identity),
    node: ({ id }: { id: string }) => findNode(state, identity, id),
    repository: ({ owner, name }: { owner: string; name: string }) =>
      repositoryNode(state, identity, { owner, name }),
    createCommitOnBranch: ({ input }: { input: unknown }) =>
      createCommitOnBranch(state, identity, input),
    updateRefs: ({ input }: { input: unknown }) => updateRefs(state, identity, input),
  }
}

/** A field that the stand-in does not have must not read as null. */
const resolveField: GraphQLFieldResolver<unknown, unknown> = (parent, args, context, info) => {
  const known = typeof parent === 'object' && parent !== null && info.fieldName in parent
  if (known) return defaultFieldResolver(parent, args, context, info)
  throw new Error(`The stand-in does not know ${info.parentType.name}.${info.fieldName}`)
}

/** GitHub gives the kind of an error beside its message, not in extensions. */
function errorsOf({ violations }: State, { errors }: ExecutionResult) {
  if (errors === undefined) return {}
  const shown = errors.map((error) => {
    const { originalError } = error
    if (originalError instanceof Refusal) return { type: originalError.type, ...error.toJSON() }
    violations.push(`GraphQL: ${error.message}`)
    return error.toJSON()
  })
  return { errors: shown }
}

function read(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import * as z from 'zod'

// Each field by itself: one that is null or odd must not hide the others.
const text = z.string().min(1).optional().catch(undefined)
const count = z.int().positive().optional().catch(undefined)

function part<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).optional().catch(undefined)
}

const account = part({ login: text, type: text })
const repository = part({ id: count, full_name: text, default_branch: text })
const end = part({ ref: text, sha: text, repo: repository })
const pullRequest = part({
  number: count,
  title: text,
  body: text,
  user: account,
  author_association: text,
  base: end,
  head: end,
})
const comment = part({
  body: text,
  user: account,
  author_association: text,
  state: text,
  path: text,
  line: count,
  original_line: count,
  diff_hunk: text,
})

/**
 * What is read of the event files of all triggers (docs.github.com, Webhook events and payloads). Whatever is absent,
 * null or of another type is undefined.
 */
export const payloadSchema = z.object({
  action: text,
  sender: account,
  repository,
  issue: part({
    number: count,
    title: text,
    body: text,
    user: account,
    author_association: text,
    /** There if the issue is a pull request. */
    pull_request: part({}),
  }),
  pull_request: pullRequest,
  comment,
  review: comment,
  inputs: z.record(z.string(), z.unknown()).optional().catch(undefined),
  /** Of a push: the commits before and after it. */
  before: text,
  after: text,
  merge_group: part({ head_ref: text, head_sha: text, base_ref: text, base_sha: text }),
  workflow_run: part({
    id: count,
    event: text,
    conclusion: text,
    actor: account,
    triggering_actor: account,
    head_branch: text,
    head_sha: text,
    head_repository: repository,
    pull_requests: z.array(pullRequest).optional().catch(undefined),
  }),
})

/** The fields of an event file that are read. */
export type Payload = z.infer<typeof payloadSchema>

/** A pull request of an event file. */
export type PullRequestPayload = NonNullable<Payload['pull_request']>

import * as z from 'zod'
import { outcomes } from './outcome.ts'
import { unseenReasons } from './workspace/unseen.ts'

const usage = z.object({
  cost: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  steps: z.number(),
})

const refusal = z.object({
  kind: z.enum(['permission', 'question', 'rule']),
  what: z.string(),
  subagent: z.boolean(),
})

/** One prompt in one session, and what came of it. */
const attempt = z.object({
  model: z.string(),
  variant: z.string().optional(),
  sessionID: z.string(),
  /** The session's own id and its subagents'. */
  sessions: z.array(z.string()),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  outcome: z.enum(outcomes),
  reason: z.string(),
  /** Each change of a session's status; of `retry` the number, the provider's words, and when it would be (ms). */
  statuses: z.array(
    z.object({
      at: z.iso.datetime(),
      sessionID: z.string(),
      type: z.enum(['idle', 'busy', 'retry']),
      attempt: z.number().optional(),
      message: z.string().optional(),
      next: z.number().optional(),
    }),
  ),
  retries: z.number(),
  refusals: z.array(refusal),
  usage,
  /** The change of an attempt that was followed by another one. */
  patchFile: z.string().optional(),
})

/** A call of a model through the broker; duration in seconds. */
const call = z.object({
  provider: z.string(),
  startedAt: z.iso.datetime(),
  duration: z.number(),
  status: z.number().optional(),
  sentBytes: z.number(),
  receivedBytes: z.number(),
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  error: z.string().optional(),
})

/**
 * What came of a run, whatever went wrong: the one value that everything is published from, and the content of
 * `run.json`. Absent is what the run did not get to. Money in US dollars, times in ISO 8601, durations in seconds.
 */
export const resultSchema = z.object({
  schema: z.literal(1),
  outcome: z.enum(outcomes),
  /** One line. */
  reason: z.string(),
  /** The reason one by one, if several things were wrong. */
  problems: z.array(z.string()),
  mode: z.enum(['check', 'plan', 'implement']).optional(),
  repository: z.string(),
  event: z.string(),
  runUrl: z.string().optional(),
  /** SHA-256 of the prompt, in hex. */
  promptHash: z.string().optional(),
  model: z.string().optional(),
  /** False if opencode knows no price of the model, so that cost is 0 whatever was used. */
  priced: z.boolean(),
  variant: z.string().optional(),
  agent: z.string().optional(),
  opencode: z.object({ version: z.string(), source: z.string(), verified: z.string() }).optional(),
  /** How far the agent was kept from the machine, by what, and why not further. */
  isolation: z
    .object({
      level: z.enum(['sandboxed', 'separate process only']),
      by: z.string().optional(),
      why: z.string().optional(),
    })
    .optional(),
  /** Mode `check`: what was tried from inside. */
  selfTest: z
    .array(z.object({ what: z.string(), result: z.enum(['kept out', 'open', 'not there']) }))
    .optional(),
  /** Whether the checkout's own configuration of opencode was loaded, why, and what there is of it. */
  projectConfig: z
    .object({ use: z.enum(['load', 'ignore']), reason: z.string(), paths: z.array(z.string()) })
    .optional(),
  providers: z.array(z.object({ id: z.string(), models: z.array(z.string()) })).optional(),
  answer: z.string(),
  /** True if the run did not complete: `answer` and `change` are what it had until then. */
  partial: z.boolean(),
  attempts: z.array(attempt),
  usage,
  tools: z.array(z.object({ tool: z.string(), calls: z.number(), failed: z.number() })),
  refusals: z.array(refusal),
  /** Mode `implement`. */
  change: z
    .object({
      base: z.string().optional(),
      files: z.array(
        z.object({
          path: z.string(),
          previousPath: z.string().optional(),
          status: z.string(),
          additions: z.number().optional(),
          deletions: z.number().optional(),
        }),
      ),
      /** Changes that no patch can carry: in a submodule's own files, or in a file that can't be read. */
      unseen: z.array(z.object({ path: z.string(), reason: z.enum(unseenReasons) })),
      patchFile: z.string().optional(),
    })
    .optional(),
  /** What was published on GitHub, and what was asked for and did not happen. */
  published: z
    .object({
      commentId: z.number().optional(),
      commentUrl: z.string().optional(),
      commitSha: z.string().optional(),
      branch: z.string().optional(),
      pullRequestNumber: z.number().optional(),
      pullRequestUrl: z.string().optional(),
      /** Of each changed file whether it was published, and else why not. */
      files: z
        .array(
          z.object({
            path: z.string(),
            previousPath: z.string().optional(),
            verdict: z.enum(['published', 'held-back']),
            reason: z.string().optional(),
          }),
        )
        .optional(),
      notes: z.array(z.string()),
      problems: z.array(z.string()),
    })
    .optional(),
  /** Every call of a model, the newest one by one: without what was said. */
  calls: z.object({ count: z.number(), failed: z.number(), records: z.array(call) }).optional(),
  /** Whose keys the agent did not get, and which variables with a key it did. */
  keys: z
    .object({
      kept: z.array(z.string()),
      passedIn: z.array(z.object({ provider: z.string(), names: z.array(z.string()) })),
    })
    .optional(),
  /** What the author of the workflow should know beside the outcome. */
  notes: z.array(z.string()),
  startedAt: z.iso.datetime(),
  duration: z.number(),
  /** Seconds from the start of the run to the end of each phase. */
  timings: z.record(z.string(), z.number()),
  runDirectory: z.string(),
  answerFile: z.string().optional(),
})

/** What came of a run. */
export type Result = z.infer<typeof resultSchema>

/** What the attempts of a prompt came to. */
export type TaskFacts = Pick<
  Result,
  'answer' | 'model' | 'variant' | 'priced' | 'attempts' | 'usage' | 'tools' | 'refusals'
>

/** What is known of the run around it. */
export type RunFacts = Partial<
  Pick<
    Result,
    | 'mode'
    | 'promptHash'
    | 'model'
    | 'variant'
    | 'priced'
    | 'agent'
    | 'opencode'
    | 'isolation'
    | 'selfTest'
    | 'projectConfig'
    | 'providers'
    | 'keys'
    | 'calls'
    | 'change'
  >
>

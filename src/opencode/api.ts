import type { Model } from './model.ts'
import type { Rule } from './permissions.ts'

/**
 * opencode's HTTP API, as a run needs it: the neutral facts. What differs between versions of opencode stays below, in a
 * folder for each.
 */

/** Where a server listens, and its password. */
export type Address = { readonly url: string; readonly password: string | undefined }

/** What a prompt is sent with; `agent` and `variant` count only here, not on the session. */
export type Prompt = {
  readonly text: string
  readonly model: Model
  readonly agent: string | undefined
  readonly variant: string | undefined
}

/** A session; `parentID` is the session whose subagent it runs. */
export type Session = { readonly id: string; readonly parentID?: string | undefined }

/** A session that waits before it asks its provider again, at `next` (milliseconds since 1970). */
export type Retry = {
  readonly type: 'retry'
  readonly attempt: number
  readonly message: string
  readonly next: number
}

/** What a session is doing. */
export type Status = { readonly type: 'idle' } | { readonly type: 'busy' } | Retry

/** What went wrong in a message or session, as opencode names it. */
export type Failure = {
  readonly name: string
  readonly data: {
    readonly message?: string | undefined
    readonly statusCode?: number | undefined
    readonly isRetryable?: boolean | undefined
    readonly providerID?: string | undefined
    readonly metadata?: { readonly code?: string | undefined } | undefined
  }
}

/** Tokens of one model call. */
export type Tokens = {
  readonly input: number
  readonly output: number
  readonly reasoning: number
  readonly cache: { readonly read: number; readonly write: number }
}

/** A message's record; `tokens` and `cost` (US dollars) are those of this one model call. */
export type MessageInfo = {
  readonly id: string
  readonly sessionID: string
  readonly role: 'user' | 'assistant'
  readonly time: { readonly created: number; readonly completed?: number | undefined }
  readonly summary?: unknown
  readonly finish?: string | undefined
  readonly error?: Failure | undefined
  readonly cost?: number | undefined
  readonly tokens?: Tokens | undefined
  readonly agent?: string | undefined
}

/** The state of a tool call. */
export type ToolState = {
  readonly status: 'pending' | 'running' | 'completed' | 'error'
  readonly input: Readonly<Record<string, unknown>>
  readonly title?: string | undefined
  readonly output?: string | undefined
  readonly error?: string | undefined
  readonly metadata?: { readonly exit?: number | null | undefined } | undefined
}

/** A part of a message: text, reasoning, a tool call, or a kind that the action does not read. */
export type Part = {
  readonly id: string
  readonly sessionID: string
  readonly messageID: string
  readonly type: string
  readonly text?: string | undefined
  readonly synthetic?: boolean | undefined
  readonly tool?: string | undefined
  readonly state?: ToolState | undefined
}

/** A message with its parts. */
export type Message = { readonly info: MessageInfo; readonly parts: readonly Part[] }

/** A permission that a session waits for. */
export type PermissionRequest = {
  readonly id: string
  readonly sessionID: string
  readonly permission: string
  readonly patterns: readonly string[]
}

/** A question that a session waits for. */
export type QuestionRequest = {
  readonly id: string
  readonly sessionID: string
  readonly questions: readonly { readonly question: string }[]
}

type Of<T extends string, P> = { readonly type: T; readonly properties: Readonly<P> }

/** An event that the action acts on. */
export type SessionEvent =
  | Of<'session.created', { info: Session }>
  | Of<'session.status', { sessionID: string; status: Status }>
  | Of<'session.idle', { sessionID: string }>
  | Of<'session.error', { sessionID?: string | undefined; error?: Failure | undefined }>
  | Of<'message.updated', { info: MessageInfo }>
  | Of<'message.part.updated', { part: Part }>
  | Of<
      'message.part.delta',
      { sessionID: string; messageID: string; partID: string; delta: string }
    >
  | Of<'permission.asked', PermissionRequest>
  | Of<'question.asked', QuestionRequest>

/** What the event stream brings: `opened` each time a connection stands (events may have been missed before it). */
export type StreamEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'event'; readonly json: string; readonly event: SessionEvent | undefined }

/** A model of a provider: prices in US dollars per million tokens, and its variants by name. */
export type ModelFacts = {
  readonly name?: string | undefined
  readonly cost?:
    | { readonly input?: number | undefined; readonly output?: number | undefined }
    | undefined
  readonly variants?: Readonly<Record<string, unknown>> | undefined
}

/** A provider that is connected; models by id. */
export type ProviderFacts = {
  readonly id: string
  readonly models: Readonly<Record<string, ModelFacts>>
}

/** An agent of the server. */
export type AgentFacts = {
  readonly name: string
  readonly mode: 'primary' | 'subagent' | 'all'
  readonly hidden?: boolean | null | undefined
  readonly model?: Model | null | undefined
}

/** What opencode says of a request that it refuses; `places` are the settings that are wrong. */
export type Refusal = { readonly name: string | undefined; readonly places: readonly string[] }

/** The server answered, but not with what was asked for. */
export class ServerAnswer extends Error {
  override readonly name = 'ServerAnswer'
  readonly status: number
  readonly refusal: Refusal | undefined

  constructor(what: string, status: number, refusal?: Refusal) {
    super(`${what} was answered with HTTP ${status}${refusal?.name ? ` (${refusal.name})` : ''}`)
    this.status = status
    this.refusal = refusal
  }
}

/**
 * The API for one directory. Every call has a deadline. An answer with an error status throws `ServerAnswer`; a server
 * that can't be reached, refuses the password or speaks another API throws `UserError` (`server-failed`).
 */
export type Api = AsyncDisposable & {
  /** The server's version; waits `timeoutMs` at most. */
  readonly version: (timeoutMs: number, signal: AbortSignal) => Promise<string>
  /** `provider/model` of the configuration in force. */
  readonly defaultModel: (signal: AbortSignal) => Promise<string | undefined>
  readonly providers: (signal: AbortSignal) => Promise<readonly ProviderFacts[]>
  readonly agents: (signal: AbortSignal) => Promise<readonly AgentFacts[]>
  readonly createSession: (
    body: { readonly title: string; readonly permission: readonly Rule[] },
    signal: AbortSignal,
  ) => Promise<Session>
  readonly deleteSession: (id: string, signal: AbortSignal) => Promise<unknown>
  readonly children: (id: string, signal: AbortSignal) => Promise<readonly Session[]>
  /** By session; one that is idle may be absent. */
  readonly statuses: (signal: AbortSignal) => Promise<Readonly<Record<string, Status>>>
  /** Oldest first. */
  readonly messages: (id: string, signal: AbortSignal) => Promise<readonly Message[]>
  readonly newestMessages: (id: string, signal: AbortSignal) => Promise<readonly Message[]>
  /** Resolves when the prompt is accepted; the answer arrives as events. */
  readonly prompt: (id: string, prompt: Prompt, signal: AbortSignal) => Promise<unknown>
  readonly abort: (id: string, signal: AbortSignal) => Promise<unknown>
  /** Runs a command with the server's shell, whatever the session's rules; resolves when it has ended. */
  readonly shell: (id: string, command: string, signal: AbortSignal) => Promise<unknown>
  readonly permissions: (signal: AbortSignal) => Promise<readonly PermissionRequest[]>
  readonly refusePermission: (id: string, message: string, signal: AbortSignal) => Promise<unknown>
  readonly questions: (signal: AbortSignal) => Promise<readonly QuestionRequest[]>
  /** Answers each question of a request with the same text: a rejected question would end the run. */
  readonly answerQuestion: (
    request: QuestionRequest,
    text: string,
    signal: AbortSignal,
  ) => Promise<unknown>
  /** Ends what the server keeps for the directory: MCP servers, language servers, watchers. */
  readonly forgetDirectory: (signal: AbortSignal) => Promise<unknown>
  /** The events of the directory while the signal stands, over as many connections as it takes. */
  readonly events: (signal: AbortSignal) => AsyncIterable<StreamEvent>
}

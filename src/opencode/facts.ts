/**
 * What opencode says of sessions, messages and events: the neutral facts. What differs between versions of opencode stays
 * in a folder for each.
 */

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

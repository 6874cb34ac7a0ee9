import type {
  Message,
  PermissionRequest,
  QuestionRequest,
  Session,
  Status,
  StreamEvent,
} from './facts.ts'
import type { Model } from './model.ts'
import type { Rule } from './permissions.ts'

/** Where a server listens, and its password. */
export type Address = { readonly url: string; readonly password: string | undefined }

/** What a prompt is sent with; `agent` and `variant` count only here, not on the session. */
export type Prompt = {
  readonly text: string
  readonly model: Model
  readonly agent: string | undefined
  readonly variant: string | undefined
}

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

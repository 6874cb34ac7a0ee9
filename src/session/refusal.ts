import type { Client } from '../opencode/client.ts'
import { ServerAnswer } from '../opencode/client.ts'
import type { PermissionRequest, QuestionRequest } from '../opencode/shapes.ts'
import type { Tree } from './tree.ts'

/** A request of the agent that nobody was there to grant. */
export type Refusal = {
  /** `rule`: a tool call that opencode itself refused by a rule of the session. */
  readonly kind: 'permission' | 'question' | 'rule'
  /** What was asked for: permission and patterns, the question, or the tool call. */
  readonly what: string
  readonly subagent: boolean
}

/** Refuses requests of a session tree, each once, with words that let the model go on. */
export type Refuser = {
  readonly permission: (request: PermissionRequest, signal: AbortSignal) => Promise<void>
  readonly question: (request: QuestionRequest, signal: AbortSignal) => Promise<void>
  readonly refusals: () => readonly Refusal[]
}

/** `onRefusal` is told each refusal once, before the answer is sent. */
export function createRefuser(
  client: Client,
  tree: Tree,
  onRefusal: (refusal: Refusal) => void,
): Refuser {
  const answered = new Set<string>()
  const refusals: Refusal[] = []
  const isNew = (request: { id: string; sessionID: string }) => {
    if (!tree.has(request.sessionID) || answered.has(request.id)) return false
    answered.add(request.id)
    return true
  }
  const note = (refusal: Refusal) => {
    refusals.push(refusal)
    onRefusal(refusal)
  }
  const isSubagent = (sessionID: string) => sessionID !== tree.rootID

  return {
    async permission(request, signal) {
      if (!isNew(request)) return
      const what = [request.permission, ...request.patterns].join(' ')
      note({ kind: 'permission', what, subagent: isSubagent(request.sessionID) })
      const message = `This run is unattended and its rules don't allow that (${what}). Go on without it. If the task can't be done without it, say so in your answer.`
      await unlessGone(client.refusePermission(request.id, message, signal))
    },
    async question(request, signal) {
      if (!isNew(request)) return
      const what = request.questions.map(({ question }) => question).join(' / ')
      note({ kind: 'question', what, subagent: isSubagent(request.sessionID) })
      const text =
        'Nobody can answer: this run is unattended. Decide by yourself, and name the question and your assumption in your answer.'
      await unlessGone(client.answerQuestion(request, text, signal))
    },
    refusals: () => refusals,
  }
}

/** A request that was aborted meanwhile is not there any more. */
async function unlessGone(answer: Promise<unknown>): Promise<void> {
  await answer.catch((error) => {
    if (!(error instanceof ServerAnswer && error.status === 404)) throw error
  })
}

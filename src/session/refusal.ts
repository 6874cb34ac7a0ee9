import type { Api } from '../opencode/api.ts'
import { ServerAnswer } from '../opencode/api.ts'
import type { PermissionRequest, QuestionRequest } from '../opencode/facts.ts'
import type { Tree } from './tree.ts'

/** A request of the agent that was refused, since the run is unattended. */
export type Refusal = {
  /** `rule`: a tool call that opencode itself refused by a rule of the session. */
  readonly kind: 'permission' | 'question' | 'rule'
  /** What was asked for: permission and patterns, the question, or the tool call. */
  readonly what: string
  readonly subagent: boolean
}

/** Refuses the requests of a session tree, each once, with a text that lets the model go on. */
export type Refuser = {
  readonly permission: (request: PermissionRequest, signal: AbortSignal) => Promise<undefined>
  readonly question: (request: QuestionRequest, signal: AbortSignal) => Promise<undefined>
  readonly refusals: () => readonly Refusal[]
}

type Request = { readonly id: string; readonly sessionID: string }
type Work = { readonly what: string; readonly answer: () => Promise<unknown> }

/** `onRefusal` is called once for each refusal, before the answer is sent. */
export function createRefuser(
  client: Api,
  tree: Tree,
  onRefusal: (refusal: Refusal) => void,
): Refuser {
  const noted = new Set<string>()
  const answered = new Set<string>()
  const refusals: Refusal[] = []
  /** An answer that fails is given again when the request is seen again. */
  const answerOnce = async (request: Request, kind: Refusal['kind'], work: Work) => {
    if (!tree.has(request.sessionID) || answered.has(request.id)) return
    answered.add(request.id)
    if (!noted.has(request.id)) {
      const refusal = { kind, what: work.what, subagent: request.sessionID !== tree.rootID }
      noted.add(request.id)
      refusals.push(refusal)
      onRefusal(refusal)
    }
    await unlessGone(work.answer()).catch((error) => {
      answered.delete(request.id)
      throw error
    })
  }

  return {
    async permission(request, signal) {
      const what = [request.permission, ...request.patterns].join(' ')
      const message = `This run is unattended and its rules don't allow that (${what}). Go on without it. If the task can't be done without it, say so in your answer.`
      const answer = () => client.refusePermission(request.id, message, signal)
      await answerOnce(request, 'permission', { what, answer })
    },
    async question(request, signal) {
      const what = request.questions.map(({ question }) => question).join(' / ')
      const text =
        'This run is unattended, so there is no one to ask. Decide yourself, and state the question and your assumption in your answer.'
      const answer = () => client.answerQuestion(request, text, signal)
      await answerOnce(request, 'question', { what, answer })
    },
    refusals: () => refusals,
  }
}

/** A request that was aborted in the meantime no longer exists. */
async function unlessGone(answer: Promise<unknown>): Promise<void> {
  await answer.catch((error) => {
    if (!(error instanceof ServerAnswer && error.status === 404)) throw error
  })
}

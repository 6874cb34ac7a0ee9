import { findingsOf } from './findings.ts'
import { readmeCalls, searchCalls, sourceCalls, surveyCalls } from './looks.ts'
import { planText } from './plan-text.ts'
import type { MessageReply } from './reply.ts'
import { notYetDone, type Turn } from './turn.ts'

/** Looks around with the agent's own tools, then writes a plan of what it found. */
export function planReply(turn: Turn): MessageReply {
  const survey = notYetDone(turn, [...surveyCalls(turn), ...searchCalls(turn)])
  if (survey.length > 0) {
    return { kind: 'message', text: 'First a look at what there is.', toolCalls: survey }
  }
  const findings = findingsOf(turn)
  const reading = [...readmeCalls(turn, findings), ...sourceCalls(turn, findings)]
  const unread = notYetDone(turn, reading)
  if (unread.length > 0) {
    return { kind: 'message', text: 'Now the files that matter most.', toolCalls: unread }
  }
  return { kind: 'message', text: planText(turn.prompt, findings) }
}

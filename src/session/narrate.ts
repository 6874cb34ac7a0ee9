import type { Part, SessionEvent, Status } from '../opencode/facts.ts'
import { safeLine } from '../text/log-line.ts'
import type { Refusal } from './refusal.ts'
import { describeTool, isRefusedByRule } from './transcript.ts'
import { sessionOf, type Tree } from './tree.ts'

/** Shows in the log what the agent does. */
export type Narrator = {
  readonly event: (event: SessionEvent, tree: Tree) => void
  readonly refusal: (refusal: Refusal) => void
  /** Prints text that has not been ended by a line break yet. */
  readonly end: () => void
}

type Say = (mark: string, text: string, longest?: number) => void

/** Where a narrator writes. Foreign text is redacted before it is cut; paths are relative to `directory`. */
export type Narration = {
  readonly log: (line: string) => void
  readonly redact: (text: string) => string
  readonly directory: string
}

/** Narrates line by line, with text made safe for the runner's log. */
export function createNarrator({ log, redact, directory }: Narration): Narrator {
  const voices = new Map<string, ReturnType<typeof createVoice>>()
  const voiceOf = (sessionID: string, indent: string) => {
    const known = voices.get(sessionID)
    if (known) return known
    const voice = createVoice(
      (mark, text, longest) => log(`${indent}${mark} ${safeLine(redact(text), longest)}`),
      directory,
    )
    voices.set(sessionID, voice)
    return voice
  }

  return {
    event(event, tree) {
      const sessionID = sessionOf(event) ?? tree.rootID
      const voice = voiceOf(sessionID, sessionID === tree.rootID ? '' : subagentIndent)
      switch (event.type) {
        case 'message.part.updated':
          return voice.part(event.properties.part)
        case 'message.part.delta':
          return voice.grow(event.properties.partID, event.properties.delta)
        case 'session.status':
          return voice.status(event.properties.status)
        case 'session.error':
          return voice.error(event)
      }
    },
    refusal({ kind, what, subagent }) {
      log(`${subagent ? subagentIndent : ''}⊘ ${safeLine(redact(`refused ${kind}: ${what}`))}`)
    },
    end() {
      for (const voice of voices.values()) voice.flush()
    },
  }
}

const subagentIndent = '    '
/** A line of an answer that has no end is not collected beyond this. */
const longestLine = 4000
const longestDetail = 160

/** Shows one session. */
function createVoice(say: Say, directory: string) {
  const shown = new Set<string>()
  const unfinished = new Map<string, string>()
  const flush = () => {
    for (const [id, line] of unfinished) {
      if (line) say('│', line)
      unfinished.set(id, '')
    }
  }
  const tool = (part: Part) => {
    const { id, state } = part
    const line = state && toolLine(part, directory)
    if (!line || shown.has(`${id} ${state.status}`)) return
    shown.add(`${id} ${state.status}`)
    flush()
    say(line.mark, line.text, longestDetail)
  }

  return {
    flush,
    part(part: Part) {
      if (part.type === 'tool') tool(part)
      if (part.type !== 'text' || part.synthetic) return
      if (part.text) flush()
      else unfinished.set(part.id, '')
    },
    grow(id: string, more: string) {
      const before = unfinished.get(id)
      const endless = before !== undefined && before.length > longestLine && !more.includes('\n')
      if (before === undefined || endless) return
      if (!more.includes('\n')) return void unfinished.set(id, before + more)
      const lines = (before + more).split('\n')
      unfinished.set(id, lines.pop() ?? '')
      for (const line of lines) say('│', line)
    },
    status(status: Status) {
      if (status.type !== 'retry') return
      const wait = Math.max(0, Math.round((status.next - Date.now()) / 1000))
      say('↻', `retry ${status.attempt} in ${wait} s: ${firstLine(status.message)}`)
    },
    error({ properties }: Extract<SessionEvent, { type: 'session.error' }>) {
      flush()
      const { name, data } = properties.error ?? { name: 'error', data: {} }
      say('✗', `${name}: ${firstLine(data.message)}`)
    },
  }
}

function toolLine(part: Part, directory: string): { mark: string; text: string } | undefined {
  const { tool, state } = part
  const exit = state?.metadata?.exit
  if (state?.status === 'running') return { mark: '→', text: describeTool(part, directory) }
  if (isRefusedByRule(part))
    return { mark: '⊘', text: `refused by the rules: ${describeTool(part, directory)}` }
  if (state?.status === 'error') return { mark: '✗', text: `${tool}: ${firstLine(state.error)}` }
  return exit ? { mark: '✗', text: `${tool}: exit code ${exit}` } : undefined
}

function firstLine(text: string | undefined): string {
  return text?.trim().split('\n')[0] ?? ''
}

import { relative } from 'node:path'
import type { Part } from '../opencode/api.ts'

const targets = ['filePath', 'path', 'pattern', 'command', 'url', 'description', 'query'] as const

/** A tool call in a line: its name and what it is aimed at, paths as they read from `directory`. */
export function describeTool({ tool, state }: Part, directory: string): string {
  const input = state?.input ?? {}
  const names = tool === 'bash' ? (['command'] as const) : targets
  const values = names.flatMap((name) => (typeof input[name] === 'string' ? [input[name]] : []))
  const shown = values.slice(0, 2).map((value) => shorten(value, directory))
  return [tool, ...shown].join(' ')
}

function shorten(value: string, directory: string): string {
  if (!value.startsWith(directory)) return value
  return relative(directory, value) || '.'
}

/** True if opencode refused the call by a rule, or because the rules leave no such tool. */
export function isRefusedByRule({ state }: Part): boolean {
  return (
    state?.status === 'error' &&
    /^(The user has specified a rule|Model tried to call unavailable tool)/.test(state.error ?? '')
  )
}

import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'
import * as core from '@actions/core'

/** What the action uses of the runner; the log is for the author of the workflow. */
export type Runner = {
  readonly info: (line: string) => void
  readonly debug: (line: string) => void
  readonly warning: (line: string) => void
  readonly group: <T>(name: string, body: () => Promise<T>) => Promise<T>
  readonly setSecret: (value: string) => void
  readonly setOutput: (name: string, value: string) => void
  readonly saveState: (key: string, value: string) => void
  /** All that this process has appended to the file of the state. */
  readonly stateText: () => string
  readonly writeSummary: (markdown: string) => Promise<void>
}

/** The real runner; `stateFile` is where it reads the state from. */
export function createRunner(stateFile?: string): Runner {
  const saved: string[] = []
  return {
    info: core.info,
    debug: core.debug,
    warning: core.warning,
    group: core.group,
    setSecret: core.setSecret,
    setOutput: core.setOutput,
    saveState(key, value) {
      if (!stateFile) return core.saveState(key, value)
      const text = stateEntry(key, value)
      appendFileSync(stateFile, text)
      saved.push(text)
    },
    stateText: () => saved.join(''),
    async writeSummary(markdown) {
      await core.summary.addRaw(markdown, true).write()
    },
  }
}

/** The form of actions/toolkit's `prepareKeyValueMessage`, whose text would not be known. */
function stateEntry(key: string, value: string): string {
  const delimiter = `ghadelimiter_${randomUUID()}`
  return [`${key}<<${delimiter}`, value, delimiter, ''].join(EOL)
}

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
  readonly writeSummary: (markdown: string) => Promise<void>
}

/** The real runner. */
export function createRunner(): Runner {
  return {
    info: core.info,
    debug: core.debug,
    warning: core.warning,
    group: core.group,
    setSecret: core.setSecret,
    setOutput: core.setOutput,
    saveState: core.saveState,
    async writeSummary(markdown) {
      await core.summary.addRaw(markdown, true).write()
    },
  }
}

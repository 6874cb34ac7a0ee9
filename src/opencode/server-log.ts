import type { ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import type { Secrets } from '../trust/secrets.ts'

/** What a server prints, drained into a file with the secrets taken out. */
export type ServerLog = ReturnType<typeof openServerLog>

const tailLines = 8
const tailWidth = 300

/** Opens `server.log`. A log that can't be written does not stop the server. */
export function openServerLog({ logFile, secrets }: { logFile: string; secrets: Secrets }) {
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 })
  file.on('error', () => undefined)
  const last: string[] = []
  const write = (line: string) => {
    const shown = secrets.redact(line)
    last.push(shown.length > tailWidth ? `${shown.slice(0, tailWidth)}…` : shown)
    if (last.length > tailLines) last.shift()
    if (!file.destroyed) file.write(`${shown}\n`)
  }

  return {
    /** Drains both outputs; resolves with the URL that the server says it listens on. */
    listening(child: ChildProcess, signal: AbortSignal): Promise<string> {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue
        createInterface({ input: stream }).on('line', (line) => {
          write(line)
          const url = /^opencode server listening on (http:\/\/\S+)/.exec(line)?.[1]
          if (url && stream === child.stdout) resolve(url)
        })
      }
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      if (signal.aborted) reject(signal.reason)
      return promise
    },
    /** The last lines as a sentence to end an error message with. */
    tail(): string {
      return last.length > 0 ? `Its last lines:\n${last.join('\n')}` : 'It printed nothing.'
    },
    async close(): Promise<void> {
      file.end()
      await finished(file).catch(() => undefined)
    },
  }
}

import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { UserError } from '../errors.ts'
import { supportedVersions } from '../opencode/version.ts'
import type { ChildProcess } from '../programs/start.ts'
import { isDiskFull } from '../resources.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { quote } from '../text/text.ts'

/** What a server prints, drained into a file with the secrets taken out. */
export type ServerLog = ReturnType<typeof openServerLog>

const remembered = 40
/** Of a line without an end, so much is held. */
const heldLength = 64 * 1024
const tailLines = 2
const tailWidth = 250
/** What says nothing to a person: when, which run, and where in opencode's own code. */
const noise =
  / ?\b(timestamp|run|session\.id|sessionID|messageID)=\S+| stack="(?:[^"\\]|\\.)*"|(\\n +at [^"\\]*)+/g
const worthTelling = /level=(ERROR|FATAL)|^(?!timestamp=|opencode server listening)\S/

/** Opens `server.log`. A log that can't be written does not stop the server. */
export function openServerLog({ logFile, secrets }: { logFile: string; secrets: Secrets }) {
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 })
  file.on('error', () => undefined)
  const last: string[] = []
  const write = (line: string, end: string) => {
    const shown = secrets.redact(line)
    if (shown !== '') last.push(shown)
    if (last.length > remembered) last.shift()
    if (!file.destroyed) file.write(shown + end)
  }

  return {
    write,
    /** Drains both outputs; resolves with the URL that the server says it listens on. */
    listening(child: ChildProcess, signal: AbortSignal): Promise<string> {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue
        const take = createLineReader((line, end) => {
          write(line, end)
          if (stream === child.stdout) readAddress(line, resolve, reject)
        })
        stream.setEncoding('utf8').on('data', take)
        stream.once('end', () => take('\n'))
      }
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      if (signal.aborted) reject(signal.reason)
      return promise
    },
    /** The last errors, or else the last lines, as a sentence to end an error message with. */
    tail(): string {
      const errors = last.filter((line) => worthTelling.test(line))
      const lines = (errors.length > 0 ? errors : last).slice(-tailLines)
      if (lines.length === 0) return 'It printed nothing.'
      const quoted = lines.map((line) => quote(line.replace(noise, '').trim(), tailWidth))
      return `${errors.length > 0 ? 'Its last errors' : 'Its last lines'}: ${quoted.join(', ')}.`
    },
    /** True if one of the last lines holds it. */
    says: (pattern: RegExp): boolean => last.some((line) => pattern.test(line)),
    async close(): Promise<void> {
      file.end()
      await finished(file).catch(() => undefined)
    },
  }
}

/** opencode 2 prints the same line without its name. */
function readAddress(
  line: string,
  resolve: (url: string) => void,
  reject: (error: UserError) => void,
): void {
  const [, name, url] = /^(opencode )?server listening on (http:\/\/\S+)/.exec(line) ?? []
  if (url === undefined) return
  const message = `This is opencode 2 or later, which has another API; ${supportedVersions}.`
  if (name) resolve(url)
  else reject(new UserError('server-failed', message))
}

type OnLine = (line: string, end: '\n' | '') => void

/** Makes lines of pieces of text; of one that is too long parts without an end. Empty lines are left out. */
export function createLineReader(onLine: OnLine): (text: string) => void {
  let held = ''
  let isOpen = false
  return (text) => {
    const lines = text.split(/\r\n?|\n/)
    held += lines[0]
    for (const line of lines.slice(1)) {
      if (held !== '' || isOpen) onLine(held, '\n')
      held = line
      isOpen = false
    }
    if (held.length <= heldLength) return
    onLine(held, '')
    held = ''
    isOpen = true
  }
}

/** The end of a server's log as a sentence, and before it that the disk is full (`folder` is where its data is). */
export function describeEnd({ folder, log }: { folder: string; log: ServerLog }): string {
  const full = isDiskFull(folder) || log.says(/disk is full|ENOSPC|EDQUOT|no space left/i)
  const advice = 'The disk is full where opencode keeps its data (RUNNER_TEMP): free some space.'
  return full ? `${advice} ${log.tail()}` : log.tail()
}

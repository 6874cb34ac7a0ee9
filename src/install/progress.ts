import type { Received } from './tarball.ts'

/** Logs how far a download is, after three seconds and then ever more rarely, until it is disposed of. */
export function watchProgress(
  received: Received,
  what: string,
  log: (line: string) => void,
): Disposable {
  let timer = setTimeout(report, 3000, 3)

  function report(seconds: number): void {
    const total = received.total === undefined ? '' : ` of ${megabytes(received.total)}`
    log(`Downloading ${what}: ${megabytes(received.bytes)}${total} MB after ${seconds} s`)
    timer = setTimeout(report, seconds * 1000, seconds * 2)
  }

  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

/** Bytes as a number of megabytes, for reading. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
}

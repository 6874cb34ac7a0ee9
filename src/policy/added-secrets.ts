import type { Redactor } from '../secrets/redactor.ts'
import type { Finding } from '../secrets/scan.ts'
import type { Git } from '../workspace/git.ts'
import type { ChangedFile } from '../workspace/patch.ts'
import type { LeakReason } from './policy.ts'

type Scan = Pick<Redactor, 'find'>
type Where = {
  readonly git: Git
  readonly scan: Scan
  readonly files: readonly ChangedFile[]
}

/** The files to which a change adds what may be a secret, by path; what a file gave away before does not count. */
export async function findAddedSecrets(
  { git, scan, files }: Where,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LeakReason>> {
  const found = new Map<string, LeakReason>()
  for (const { path, previousPath = path, mode, id: after, previousId: before } of files) {
    if (mode === undefined) continue
    const [finding] = [
      ...(path === previousPath && before ? [] : await scan.find(path, signal)),
      ...(after ? await findAdded({ git, scan, before, after }, signal) : []),
    ]
    if (finding) found.set(path, `may hold a secret (${finding})`)
  }
  return found
}

type Blobs = Pick<Where, 'git' | 'scan'> & {
  readonly before: string | undefined
  readonly after: string
}

async function findAdded(
  { git, scan, before, after }: Blobs,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const read = (id: string) => git(['cat-file', 'blob', id], signal)
  const now = before === after ? [] : await scan.find(await read(after), signal)
  if (now.length === 0 || before === undefined) return now
  const old = await scan.find(await read(before), signal)
  const fresh = without(now, old)
  if (fresh.length > 0 || old.length === 0) return fresh
  // A second secret of the same kind stands among the lines that are new.
  const options = ['--text', '--unified=0', '--no-ext-diff', '--no-textconv', '--no-color']
  const lines = `${await git(['diff', ...options, before, after], signal)}`.split('\n')
  const start = lines.findIndex((line) => line.startsWith('@@'))
  const textOf = (sign: string) =>
    lines
      .slice(start)
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n')
  return without(await scan.find(textOf('+'), signal), await scan.find(textOf('-'), signal))
}

function without(findings: readonly Finding[], known: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => !known.includes(finding))
}

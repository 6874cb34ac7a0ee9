import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Environment, Git } from './git.ts'
import { type Reading, readPresent } from './present.ts'
import { displayPath, parsePaths, type RawPath } from './raw-path.ts'
import { type GitFolder, shadowGit } from './shadow.ts'
import type { UnseenChange } from './unseen.ts'

const STATUSES = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  T: 'type-changed',
} as const

/** A path that differs. */
export type ChangedFile = {
  readonly path: string
  readonly status: (typeof STATUSES)[keyof typeof STATUSES]
  /** Only of a renamed one. */
  readonly previousPath?: string
  /** Lines; `undefined` for a binary file. */
  readonly additions: number | undefined
  readonly deletions: number | undefined
  /** As git has them: 100644, 100755, 120000 a symbolic link, 160000 a submodule; `undefined` where there is none. */
  readonly mode: string | undefined
  readonly previousMode: string | undefined
  /** The contents' object ids, likewise. */
  readonly id?: string | undefined
  readonly previousId?: string | undefined
}

/** The difference of a work tree to its baseline. */
export type Change = {
  readonly files: readonly ChangedFile[]
  readonly unseen: readonly UnseenChange[]
  /** The object id of the whole work tree now; the baseline's, when nothing changed. */
  readonly tree: string
  /** The same with what can't be part of the change. */
  readonly wholeTree: string
  /** A patch for `git apply --binary`; of zero bytes when nothing changed. */
  readonly patchFile: string
  readonly patchSize: number
}

/** Finds what the agent changed, without what opencode does by itself, and writes it to `patchFile`. */
export async function readChange(
  reading: Reading & { readonly patchFile: string },
  signal: AbortSignal,
): Promise<Change> {
  const { baseline, env, patchFile } = reading
  const { tree, wholeTree, unseen } = await readPresent(reading, signal)
  const trees = { from: baseline.tree, to: tree, shadow: baseline.shadow }
  const compared = await compareTrees({ ...trees, env, patchFile }, signal)
  return { ...compared, unseen, tree, wholeTree }
}

/** Finds what differs between two trees, and writes it to `patchFile`. */
export async function compareTrees(
  options: { shadow: GitFolder; env: Environment; from: string; to: string; patchFile: string },
  signal: AbortSignal,
): Promise<Pick<Change, 'files' | 'patchFile' | 'patchSize'>> {
  const { shadow, env, from, to } = options
  const patchFile = resolve(options.patchFile)
  const git = shadowGit(shadow, { env })
  const listed = await listChangedFiles({ git, from, to }, signal)
  // run.json names files as this returns them, and has no ids.
  const files = listed.map(({ id: _, previousId: __, ...file }) => file)
  const format = [
    ...['--binary', '--full-index', '--no-ext-diff', '--no-textconv', '--no-color'],
    ...['--src-prefix=a/', '--dst-prefix=b/', '--submodule=short', `--output=${patchFile}`],
  ]
  await git(['diff-tree', '-r', '--find-renames', ...format, from, to], signal)
  return { files, patchFile, patchSize: (await stat(patchFile)).size }
}

/** Lists what differs between two trees. */
export async function listChangedFiles(
  { git, from, to }: { git: Git; from: string; to: string },
  signal: AbortSignal,
): Promise<readonly ChangedFile[]> {
  const format = ['-z', '--raw', '--numstat', '--no-abbrev']
  return parseFiles(await git(['diff-tree', '-r', '--find-renames', ...format, from, to], signal))
}

/** Reads `--raw --numstat -z`: all files in the one form, then in the same order in the other. */
function parseFiles(output: Buffer): readonly ChangedFile[] {
  const fields = parsePaths(output)
  const raw: string[][] = []
  let at = 0
  while (fields[at]?.startsWith(':')) {
    const length = isRename(fields[at]) ? 3 : 2
    raw.push(fields.slice(at, at + length))
    at += length
  }
  return raw.map(([header = '', ...paths]) => {
    const counts = fields[at] ?? ''
    // A renamed file's counts end in an empty path, and both of its paths follow.
    at += isRename(header) ? 3 : 1
    return parseFile(header, paths, counts)
  })
}

function parseFile(header: string, paths: readonly RawPath[], counts: string): ChangedFile {
  const fields = header.slice(1).split(' ')
  const [previousMode = '', mode = '', previousId = '', id = '', status = ''] = fields
  const [additions = '', deletions = ''] = counts.split('\t')
  const [previousPath, path] = isRename(header) ? paths : [undefined, ...paths]
  return {
    path: displayPath(path ?? ''),
    status: parseStatus(status),
    ...(previousPath !== undefined && { previousPath: displayPath(previousPath) }),
    additions: parseCount(additions),
    deletions: parseCount(deletions),
    mode: present(mode),
    previousMode: present(previousMode),
    id: present(id),
    previousId: present(previousId),
  }
}

function isRename(header: string | undefined): boolean {
  return header !== undefined && / R\d*$/.test(header)
}

function parseStatus(letter: string): ChangedFile['status'] {
  const status = Object.entries(STATUSES).find(([known]) => letter.startsWith(known))
  if (status === undefined) throw new Error(`git named an unknown kind of change: ${letter}`)
  return status[1]
}

function parseCount(count: string): number | undefined {
  return count === '-' ? undefined : Number(count)
}

/** git writes zeros for a mode or an id where there is no file. */
function present(field: string): string | undefined {
  return /^0+$/.test(field) ? undefined : field
}

import type { Change, ChangedFile } from '../workspace/patch.ts'
import { foldPath, isInGitFolder } from '../workspace/path-names.ts'
import { SUBMODULE_MODE } from '../workspace/tree.ts'
import { createMatcher } from './globs.ts'
import { LINK_MODE, leavesTree } from './links.ts'
import { findNameProblem, findTwins, NAME_REASONS } from './portable-names.ts'
import { DEFAULT_PROTECTED_PATHS } from './protected-paths.ts'

/** What of a change may be published. */
export type PathPolicy = {
  /** Globs; none allow everything. */
  readonly allowedPaths: readonly string[]
  /** Globs in the place of `DEFAULT_PROTECTED_PATHS`. */
  readonly protectedPaths: readonly string[] | undefined
  readonly maxChangedFiles: number
  /** Bytes. */
  readonly maxPatchSize: number
}

/** The API takes 40 MB in base64. */
const LARGEST_FILE = 30 * 1024 * 1024

/** Why a file is not published: `{path} was held back: it …`. */
export const REASONS = {
  ...NAME_REASONS,
  tooManyFiles: 'is part of a change of more files than max-changed-files',
  tooLarge: 'is part of a change that is larger than max-patch-size',
  fileTooLarge: "is larger than the 30 MiB that GitHub's API takes",
  gitFolder: 'would be in the folder .git on some systems',
  submodule: 'is a submodule pointer',
  link: 'is a symbolic link that leaves the repository',
  protected: 'is protected',
  filtered:
    'is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
  notAllowed: 'is outside of allowed-paths',
  conflict: 'needs the place of a file that was held back',
  twin: 'has a name that differs only in case from that of another file',
} as const

/** Why a file is held back whose new content may give a secret away: it names the kind, never the value. */
export type LeakReason = `may hold a secret (${string})`

/** One of the fixed reasons, or a leak. */
export type Reason = (typeof REASONS)[keyof typeof REASONS] | LeakReason

/** Whether a file is published; a renamed one is so at both of its ends, or at none. */
export type FileVerdict = Pick<ChangedFile, 'path' | 'previousPath'> &
  (
    | { readonly verdict: 'published'; readonly reason?: undefined }
    | { readonly verdict: 'held-back'; readonly reason: Reason }
  )

/** What is judged; `links` are all symbolic links of the changed tree, and `paths` all its files. */
export type JudgedChange = Pick<Change, 'files' | 'patchSize'> & {
  /** Bytes of the new contents, by path. */
  readonly sizes?: ReadonlyMap<string, number>
  readonly paths?: readonly string[]
  readonly links: ReadonlyMap<string, string>
  /** Paths that a filter converts. */
  readonly filtered?: ReadonlySet<string>
  /** What a scan found, by path. */
  readonly leaks?: ReadonlyMap<string, LeakReason>
}

/** Judges each file of a change, in its order. */
export function judgeChange(change: JudgedChange, policy: PathPolicy): readonly FileVerdict[] {
  const excess = excessOf(change, policy)
  const judge = createJudge(policy, change)
  const reasons = new Map(change.files.map((file) => [file, excess ?? judge(file)]))
  holdBackTwins(reasons, change.paths ?? [])
  holdBackConflicts(reasons)
  return change.files.map((file) => toVerdict(file, reasons.get(file)))
}

function toVerdict({ path, previousPath }: ChangedFile, reason: Reason | undefined): FileVerdict {
  const ends = { path, ...(previousPath !== undefined && { previousPath }) }
  return reason === undefined
    ? { ...ends, verdict: 'published' }
    : { ...ends, verdict: 'held-back', reason }
}

function excessOf(
  { files, patchSize, sizes }: JudgedChange,
  { maxChangedFiles, maxPatchSize }: PathPolicy,
): Reason | undefined {
  if (files.length > maxChangedFiles) return REASONS.tooManyFiles
  // What the patch has compressed.
  const binaries = files.filter(({ additions }) => additions === undefined)
  const binarySize = binaries.reduce((sum, { path }) => sum + (sizes?.get(path) ?? 0), 0)
  return Math.max(patchSize, binarySize) > maxPatchSize ? REASONS.tooLarge : undefined
}

function createJudge(policy: PathPolicy, change: JudgedChange) {
  const judgePath = createPathJudge(policy)
  return (file: ChangedFile): Reason | undefined => {
    const { path, previousPath } = file
    return (
      judgeKind(file, change) ??
      judgePath(path, isNew(file)) ??
      (previousPath === undefined ? undefined : judgePath(previousPath, false)) ??
      change.leaks?.get(path)
    )
  }
}

/** Why what a file is, or how git keeps it, can't be published. */
function judgeKind(
  { path, previousPath = path, mode, previousMode }: ChangedFile,
  { links, filtered, sizes }: JudgedChange,
): Reason | undefined {
  // The API takes names in UTF-8 only, of files that have been there as well.
  if (`${path}${previousPath}`.includes('\uFFFD')) return REASONS.encoding
  if (mode === SUBMODULE_MODE || previousMode === SUBMODULE_MODE) return REASONS.submodule
  if (mode === LINK_MODE && (!links.has(path) || leavesTree(path, links))) return REASONS.link
  if ((sizes?.get(path) ?? 0) > LARGEST_FILE) return REASONS.fileTooLarge
  return mode !== undefined && filtered?.has(path) ? REASONS.filtered : undefined
}

/** Whether no file had the path before: one with a bad name can still be changed, renamed and removed, if it is UTF-8. */
function isNew({ mode, previousMode, previousPath }: ChangedFile): boolean {
  return mode !== undefined && (previousMode === undefined || previousPath !== undefined)
}

type Reasons = Map<ChangedFile, Reason | undefined>

/** Where files stay that a change would remove or rename, since that is held back. */
function keptPaths(reasons: Reasons): readonly string[] {
  return [...reasons].flatMap(([{ path, previousPath, previousMode }, reason]) =>
    reason === undefined || previousMode === undefined ? [] : [previousPath ?? path],
  )
}

/** What not every system can have next to another file. */
function holdBackTwins(reasons: Reasons, paths: readonly string[]): void {
  const fresh = [...reasons.keys()].filter((file) => !reasons.get(file) && isNew(file))
  const names = fresh.map(({ path }) => path)
  const twins = findTwins(names, [...paths, ...keptPaths(reasons)])
  for (const file of fresh) if (twins.has(file.path)) reasons.set(file, REASONS.twin)
}

function createPathJudge({ allowedPaths, protectedPaths = DEFAULT_PROTECTED_PATHS }: PathPolicy) {
  const isProtected = createMatcher(protectedPaths, { ignoreCase: true })
  const isAllowed = createMatcher(allowedPaths, { ignoreCase: false })
  const protect = (path: string): Reason | undefined => {
    if (isInGitFolder(path)) return REASONS.gitFolder
    return isProtected(path) || isProtected(foldPath(path)) ? REASONS.protected : undefined
  }
  const allow = (path: string): Reason | undefined =>
    allowedPaths.length === 0 || isAllowed(path) ? undefined : REASONS.notAllowed
  return (path: string, isNew: boolean): Reason | undefined =>
    protect(path) ?? (isNew ? findNameProblem(path) : undefined) ?? allow(path)
}

/** No tree has a file and a folder of one name: what would replace a held-back file is held back, too, until nothing would. */
function holdBackConflicts(reasons: Reasons): void {
  for (;;) {
    const kept = new Set(keptPaths(reasons))
    const keptFolders = new Set([...kept].flatMap(foldersOf))
    const isTaken = (path: string) =>
      keptFolders.has(path) || foldersOf(path).some((folder) => kept.has(folder))
    const conflicting = [...reasons.keys()].filter(
      (file) => !reasons.get(file) && file.mode !== undefined && isTaken(file.path),
    )
    if (conflicting.length === 0) return
    for (const file of conflicting) reasons.set(file, REASONS.conflict)
  }
}

/** The folders that a path lies in. */
export function foldersOf(path: string): readonly string[] {
  const names = path.split('/')
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'))
}

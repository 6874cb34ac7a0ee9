import { createMatcher } from './globs.ts'
import { LINK_MODE, leavesTree } from './links.ts'
import type { Change, ChangedFile } from './patch.ts'
import { foldPath, isInGitFolder, isUnsafePath } from './path-names.ts'
import { DEFAULT_PROTECTED_PATHS } from './protected-paths.ts'
import { SUBMODULE_MODE } from './tree.ts'

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

/** Why a file is not published: `{path} was held back: it …`. */
export const REASONS = {
  tooManyFiles: 'is part of a change of more files than max-changed-files',
  patchTooLarge: 'is part of a change whose patch is larger than max-patch-size',
  unsafePath: 'has a path that leaves the repository or is not the same on every system',
  gitFolder: 'would be in the folder .git on some systems',
  submodule: 'is a submodule pointer',
  link: 'is a symbolic link that leaves the repository',
  protected: 'is protected',
  notAllowed: 'is outside of allowed-paths',
  conflict: 'needs the place of a file that was held back',
} as const

/** Why a file is held back whose new content may give a secret away: it names the kind, never the value. */
export type LeakReason = `may hold a secret (${string})`

/** One of the fixed wordings. */
export type Reason = (typeof REASONS)[keyof typeof REASONS] | LeakReason

/** Whether a file is published; a renamed one is so at both of its ends, or at none. */
export type FileVerdict = Pick<ChangedFile, 'path' | 'previousPath'> &
  (
    | { readonly verdict: 'published'; readonly reason?: undefined }
    | { readonly verdict: 'held-back'; readonly reason: Reason }
  )

/** What is judged; `links` are all symbolic links of the changed tree. */
export type JudgedChange = Pick<Change, 'files' | 'patchSize'> & {
  readonly links: ReadonlyMap<string, string>
  /** What a scan found, by path. */
  readonly leaks?: ReadonlyMap<string, LeakReason>
}

/** Judges each file of a change, in its order. */
export function judgeChange(change: JudgedChange, policy: PathPolicy): readonly FileVerdict[] {
  const excess = excessOf(change, policy)
  const judge = createJudge(policy, change)
  const reasons = new Map(change.files.map((file) => [file, excess ?? judge(file)]))
  holdBackConflicts(reasons)
  return change.files.map((file) => toVerdict(file, reasons.get(file)))
}

function toVerdict({ path, previousPath }: ChangedFile, reason: Reason | undefined): FileVerdict {
  const ends = { path, ...(previousPath !== undefined && { previousPath }) }
  return reason === undefined
    ? { ...ends, verdict: 'published' }
    : { ...ends, verdict: 'held-back', reason }
}

function excessOf({ files, patchSize }: JudgedChange, policy: PathPolicy): Reason | undefined {
  if (files.length > policy.maxChangedFiles) return REASONS.tooManyFiles
  if (patchSize > policy.maxPatchSize) return REASONS.patchTooLarge
  return undefined
}

function createJudge(policy: PathPolicy, { links, leaks }: Pick<JudgedChange, 'links' | 'leaks'>) {
  const judgePath = createPathJudge(policy)
  return (file: ChangedFile): Reason | undefined => {
    const { path, previousPath, mode, previousMode } = file
    if (mode === SUBMODULE_MODE || previousMode === SUBMODULE_MODE) return REASONS.submodule
    if (mode === LINK_MODE && (!links.has(path) || leavesTree(path, links))) return REASONS.link
    const byPath = judgePath(path) ?? (previousPath && judgePath(previousPath))
    return byPath || leaks?.get(path)
  }
}

function createPathJudge({ allowedPaths, protectedPaths = DEFAULT_PROTECTED_PATHS }: PathPolicy) {
  const isProtected = createMatcher(protectedPaths, { ignoreCase: true })
  const isAllowed = createMatcher(allowedPaths, { ignoreCase: false })
  return (path: string): Reason | undefined => {
    if (isUnsafePath(path)) return REASONS.unsafePath
    if (isInGitFolder(path)) return REASONS.gitFolder
    if (isProtected(path) || isProtected(foldPath(path))) return REASONS.protected
    return allowedPaths.length === 0 || isAllowed(path) ? undefined : REASONS.notAllowed
  }
}

/** No tree has a file and a folder of one name: what would replace a held-back file is held back, too, until nothing would. */
function holdBackConflicts(reasons: Map<ChangedFile, Reason | undefined>): void {
  for (;;) {
    const kept = [...reasons].flatMap(([file, reason]) =>
      reason === undefined || file.previousMode === undefined
        ? []
        : [file.previousPath ?? file.path],
    )
    const conflicting = [...reasons].filter(
      ([file, reason]) =>
        reason === undefined &&
        file.mode !== undefined &&
        kept.some((path) => isInside(file.path, path) || isInside(path, file.path)),
    )
    if (conflicting.length === 0) return
    for (const [file] of conflicting) reasons.set(file, REASONS.conflict)
  }
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}

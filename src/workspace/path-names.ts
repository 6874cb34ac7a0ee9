/** Characters that HFS+ leaves out when it compares names (git's `utf8.c`, `next_hfs_char`). */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** Short names that NTFS gives to `.git` and what begins like it: `git~1`, `gitmod~1`, `gi7eba~1`. */
const SHORT_NAME = /^gi[0-9a-z]{0,4}~\d/

/** A path as the file systems see it that are least exact about names: without case, and without what they ignore. */
export function foldPath(path: string): string {
  return path.split('/').map(foldName).join('/')
}

/** Whether a path does not lead plainly down from the repository's top level, at least on some system. */
export function isUnsafePath(path: string): boolean {
  return path.split('/').some((name) => foldName(name) === '')
}

/** Whether a file system may take a part of the path for git's own folder. */
export function isInGitFolder(path: string): boolean {
  return path.split('/').some(isGitName)
}

/** Whether a file system may take the name for that of git's own folder, or of a file of git's under its short name. */
export function isGitName(name: string): boolean {
  const folded = foldName(name)
  return folded === '.git' || SHORT_NAME.test(folded)
}

function foldName(name: string): string {
  const visible = name.replace(IGNORED_BY_HFS, '').normalize('NFKC')
  // NTFS has streams after a colon, and ignores dots and blanks at the end.
  return visible
    .replace(/:.*$/s, '')
    .replace(/(?<![ .])[ .]+$/, '')
    .toLowerCase()
}

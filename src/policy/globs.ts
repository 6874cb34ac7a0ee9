import picomatch from 'picomatch'

/** What is wrong with a glob; `undefined` when it can be used. */
export function globProblem(glob: string): string | undefined {
  if (glob.startsWith('!') || glob.includes('!(')) return 'negates: name what is meant instead'
  if (glob.includes('\\')) return 'has a backslash: separate folders by /'
  if (glob.startsWith('/') || glob.split('/').includes('..'))
    return 'leaves the repository: begin at its top level, without /'
  return undefined
}

/**
 * A test whether a path, from the repository's top level on, matches one of the globs. `**` is any number of folders,
 * names that begin with a dot are names like others, and `docs/` is all in that folder.
 */
export function createMatcher(
  globs: readonly string[],
  { ignoreCase }: { ignoreCase: boolean },
): (path: string) => boolean {
  const patterns = globs.map((glob) => (glob.endsWith('/') ? `${glob}**` : glob))
  const options = { dot: true, nonegate: true, nocase: ignoreCase, windows: false }
  const matches = patterns.map((pattern) => picomatch(pattern, options))
  return (path) => matches.some((match) => match(path))
}

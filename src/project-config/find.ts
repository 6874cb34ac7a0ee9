import { findNamed, type Search } from '../workspace/named-entries.ts'
import { foldPath } from '../workspace/path-names.ts'

/**
 * What opencode 1.18 reads of a work tree to configure itself or instruct the model (observed, and read in its
 * `config/paths.ts`, `session/instruction.ts` and `skill/index.ts`): from the working directory up to the top level
 * all of them, and in every folder below, whatever its switches say, an instruction file next to a file that is read.
 */
const NAMES: ReadonlySet<string> = new Set([
  'opencode.json',
  'opencode.jsonc',
  '.opencode',
  '.claude',
  '.agents',
  'AGENTS.md',
  'CLAUDE.md',
  'CONTEXT.md',
])

const FOLDED: ReadonlySet<string> = new Set([...NAMES].map(foldPath))

/** Whether opencode takes a file or folder of this name for its configuration, on a system like this one. */
export function isProjectConfig(name: string, platform: string = process.platform): boolean {
  const exact = platform !== 'darwin' && platform !== 'win32'
  return exact ? NAMES.has(name) : FOLDED.has(foldPath(name))
}

/**
 * Everything below `root` that configures opencode, as absolute paths: tracked or not, symbolic links as such, a folder
 * as one. `except` and what is git's own are left out; what can't be read holds nothing for opencode either.
 */
export async function findProjectConfig(
  { root, except }: { root: string; except: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isLeftOut: Search['isLeftOut'] = ({ name, path }) => name === '.git' || path === except
  return await findNamed({ root, isWanted: (name) => isProjectConfig(name), isLeftOut }, signal)
}

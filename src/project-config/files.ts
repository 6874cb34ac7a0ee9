import { dirname, join } from 'node:path'
import { mergeConfig, type OpencodeConfig, parseConfig, resolveFiles } from '../opencode/config.ts'
import { findNamed, type Search } from '../workspace/named-entries.ts'
import { readNamedFile } from '../workspace/named-file.ts'
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

type Place = { readonly directory: string; readonly top: string; readonly workspace: string }

/**
 * What a project's configuration files say of models and providers, from `top` down to `directory`, the nearer ones
 * winning. One that can't be read or parsed says nothing here: opencode itself will complain.
 */
export function readProjectConfig(place: Place): OpencodeConfig {
  const levels = levelsOf(place)
  const folders = [...levels, ...levels.map((level) => join(level, '.opencode'))]
  return folders
    .flatMap((base) =>
      ['opencode.json', 'opencode.jsonc'].map((path) => readConfig({ path, base }, place)),
    )
    .reduce<OpencodeConfig>((all, one) => mergeConfig(all, one), {})
}

function levelsOf({ directory, top }: Pick<Place, 'directory' | 'top'>): readonly string[] {
  const above = dirname(directory)
  if (directory === top || above === directory) return [directory]
  return [...levelsOf({ directory: above, top }), directory]
}

function readConfig(
  file: { readonly path: string; readonly base: string },
  { workspace }: Place,
): OpencodeConfig {
  const { value } = readNamedFile({ ...file, workspace })
  const parsed = value === undefined ? undefined : parseConfig(value)
  if (parsed?.value === undefined) return {}
  const read = (path: string) => readNamedFile({ path, base: file.base, workspace }).value?.trim()
  return resolveFiles(parsed.value, (path) => read(path) ?? `{file:${path}}`)
}

import { dirname, join } from 'node:path'
import { mergeConfig, type OpencodeConfig, parseConfig, resolveFiles } from '../opencode/config.ts'
import { readNamedFile } from '../workspace/named-file.ts'

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

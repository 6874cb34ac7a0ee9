import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mergeConfig, type OpencodeConfig, parseConfig } from './config.ts'

/**
 * What a project's configuration files say of models and providers, from `top` down to `directory`, the nearer ones
 * winning. One that can't be read or parsed says nothing here: opencode itself will complain.
 */
export function readProjectConfig(place: { directory: string; top: string }): OpencodeConfig {
  const levels = levelsOf(place)
  const files = [...levels, ...levels.map((level) => join(level, '.opencode'))].flatMap((folder) =>
    ['opencode.json', 'opencode.jsonc'].map((name) => join(folder, name)),
  )
  return files.map(readConfig).reduce<OpencodeConfig>((all, one) => mergeConfig(all, one), {})
}

function levelsOf({ directory, top }: { directory: string; top: string }): readonly string[] {
  const above = dirname(directory)
  if (directory === top || above === directory) return [directory]
  return [...levelsOf({ directory: above, top }), directory]
}

function readConfig(file: string): OpencodeConfig {
  try {
    const parsed = parseConfig(readFileSync(file, 'utf8'))
    return parsed.problem === undefined ? parsed.value : {}
  } catch {
    return {}
  }
}

import { createGit, type Environment } from './git.ts'
import { readPlainFile } from './plain-file.ts'

const largestConfiguration = 1024 * 1024

/** What one file of settings says, as `git config --list -z` writes it; nothing of those that it includes. */
export async function listConfiguration(
  { file, folder, env }: { file: string; folder: string; env: Environment },
  signal: AbortSignal,
): Promise<string> {
  const { bytes } = readPlainFile(file, largestConfiguration)
  if (bytes === undefined) return ''
  const git = createGit({ place: { directory: folder, workTree: folder }, env })
  const list = ['config', '--file', '-', '--no-includes', '--list', '-z']
  return (await git(list, signal, { input: bytes })).toString()
}

/**
 * What `git config --list -z` printed as the text of a configuration file: the settings that `isKept` holds of, each
 * value as `change` makes it.
 */
export function keepConfiguration(
  listed: string,
  isKept: (key: string) => boolean,
  change: (value: string) => string = (value) => value,
): string {
  return listed
    .split('\0')
    .map((entry) => entry.split('\n'))
    .filter(([key = '']) => isKept(key))
    .map(([key = '', ...lines]) =>
      formatEntry(key, lines.length === 0 ? undefined : change(lines.join('\n'))),
    )
    .join('')
}

/** A key without a value is a boolean that is true. */
function formatEntry(key: string, value: string | undefined): string {
  const section = key.slice(0, key.indexOf('.'))
  const name = key.slice(key.lastIndexOf('.') + 1)
  const subsection = key.slice(section.length + 1, -name.length - 1)
  const header = subsection ? `${section} ${quote(subsection)}` : section
  const setting = value === undefined ? name : `${name} = ${quote(value)}`
  return `[${header}]\n\t${setting}\n`
}

function quote(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')
  return `"${escaped}"`
}

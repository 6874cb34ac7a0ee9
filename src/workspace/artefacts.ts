import { isDeepStrictEqual } from 'node:util'

/**
 * What opencode makes in a `.opencode` folder by itself: an install of its plugin package with a
 * `.gitignore` for it, and the plan agent's notes (opencode 1.x, `config.ts`, `installDependencies`).
 */
const MADE_BY_OPENCODE =
  /(^|\/)\.opencode\/(node_modules\/.*|plans\/.*|\.gitignore|package\.json|package-lock\.json|bun\.lock)$/s

const CONFIGURATION = /(^|\/)opencode\.jsonc?$/
const PACKAGE = /(^|\/)\.opencode\/package\.json$/

/** Whether opencode, not the agent, makes a file of this name where there was none. */
export function isArtefact(path: string): boolean {
  return MADE_BY_OPENCODE.test(path)
}

/** Whether opencode edits an existing file of this name by itself. */
export function isEditedByOpencode(path: string): boolean {
  return CONFIGURATION.test(path) || PACKAGE.test(path)
}

/** Whether what opencode writes by itself is all that was done to a file of which `isEditedByOpencode` holds. */
export function isOpencodesEdit(path: string, before: string, after: string): boolean {
  if (PACKAGE.test(path)) return isDeepStrictEqual(withoutPlugin(before), withoutPlugin(after))
  return withUnixLines(after) === withSchema(withUnixLines(before))
}

/** The replacement that opencode makes in a configuration without `$schema` (opencode 1.x, `config.ts`, `loadConfig`). */
function withSchema(configuration: string): string {
  return configuration.replace(/^\s*\{/, '{\n  "$schema": "https://opencode.ai/config.json",')
}

function withUnixLines(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

/** The package without opencode's plugin; text that is no package is only like itself. */
function withoutPlugin(text: string): unknown {
  const parsed = parseObject(text)
  if (parsed === undefined) return text
  const { dependencies, ...others } = parsed
  if (typeof dependencies !== 'object' || dependencies === null) return parsed
  const remaining = Object.entries(dependencies).filter(([name]) => name !== '@opencode-ai/plugin')
  return remaining.length === 0
    ? others
    : { ...others, dependencies: Object.fromEntries(remaining) }
}

function parseObject(text: string): (object & { dependencies?: unknown }) | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

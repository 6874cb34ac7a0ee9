import { realpathSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'

/** True if `inner` is `outer` or lies below it; both absolute. */
export function isInside({ inner, outer }: { inner: string; outer: string }): boolean {
  const path = relative(outer, inner)
  return path === '' || !(/^\.\.([/\\]|$)/.test(path) || isAbsolute(path))
}

/** The real path of what lies at a path; undefined if nothing does that can be reached. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

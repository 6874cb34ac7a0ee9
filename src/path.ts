import { isAbsolute, relative } from 'node:path'

/** True if `inner` is `outer` or lies below it; both absolute. */
export function isInside({ inner, outer }: { inner: string; outer: string }): boolean {
  const path = relative(outer, inner)
  return path === '' || !(/^\.\.([/\\]|$)/.test(path) || isAbsolute(path))
}

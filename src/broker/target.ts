/** A request target in origin form, taken apart; `path` begins with a slash, `query` has no question mark. */
export type Target = {
  readonly token: string
  readonly provider: string
  readonly path: string
  readonly query: string
}

/** Visible ASCII but for what other parsers read as something else: a backslash, a fragment, quotes. */
const plain = /^[!$-&(-;=?-[\]^-z|}~]+$/
const disguised = /%(?:00|23|25|2e|2f|3f|5c)/i

/** Takes a target apart; undefined for what could mean another place: another origin, `..`, `//`, encoded separators. */
export function readTarget(raw: string): Target | undefined {
  const [whole = '', ...rest] = raw.split('?')
  const match = /^\/([\w-]+)\/([^/]+)(\/.+)$/.exec(whole)
  const [, token, provider, path] = match ?? []
  if (token === undefined || provider === undefined || path === undefined) return undefined
  if (!plain.test(raw) || disguised.test(path) || path.includes('//')) return undefined
  if (path.split('/').some((segment) => /^\.{1,2}$/.test(segment))) return undefined
  return { token, provider, path, query: rest.join('?') }
}

/**
 * The address below `base` that a target means; undefined if it is not below it. What `base` has as a query is added,
 * unless the target has it by itself.
 */
export function addressBelow(
  base: string,
  { path, query }: Pick<Target, 'path' | 'query'>,
): string | undefined {
  const url = new URL(base)
  const { origin } = url
  const whole = url.pathname.replace(/\/+$/, '') + path
  const own = new URLSearchParams(query)
  const added = [...url.searchParams].filter(([name]) => !own.has(name))
  url.search = ''
  url.hash = ''
  url.pathname = whole
  if (url.origin !== origin || url.pathname !== whole) return undefined
  const queries = [query, new URLSearchParams(added).toString()].filter((part) => part !== '')
  return origin + whole + (queries.length > 0 ? `?${queries.join('&')}` : '')
}

/** The calls of a model that the SDKs make, by the end of their path. */
const calls =
  /\/(?:(?:chat\/)?completions|responses|messages|chat|language-model)$|:(?:streamG|g)enerateContent$/

/** True for a path that asks a model for an answer, and does nothing else with the key. */
export function isModelCall(path: string): boolean {
  return calls.test(path)
}

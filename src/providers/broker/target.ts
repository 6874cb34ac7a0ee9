/** The parts of a request target in origin form; `path` begins with a slash, `query` has no question mark. */
export type Target = {
  readonly token: string
  readonly provider: string
  readonly path: string
  readonly query: string
}

/** A call that asks a model for an answer: its path below a base URL, and the query parameters that it may have. */
export type ModelCall = {
  readonly path: RegExp
  readonly query: ReadonlyMap<string, RegExp>
}

/** Only characters that every server reads alike: nothing encoded, no `;`, and no segment of dots. */
const segment = '(?!\\.{1,2}(?:[/?]|$))[\\w.~:@-]+'
const wholeTarget = new RegExp(`^/([\\w-]+)/([^/?]+)((?:/${segment})+)(?:\\?([!-"$-~]*))?$`)

/** In characters, far more than any SDK sends. */
const longestTarget = 4096

/** Parses a target; undefined if it could mean another place, or be read in two ways. */
export function readTarget(raw: string): Target | undefined {
  if (raw.length > longestTarget) return undefined
  const [, token, provider, path, query = ''] = wholeTarget.exec(raw) ?? []
  if (token === undefined || provider === undefined || path === undefined) return undefined
  return { token, provider, path, query }
}

/** Ids in the path of a call: `{id}` is one segment, `{model}` begins with a slash and has two or more. */
const id = '[A-Za-z0-9_@][\\w.@-]*'
const parts: Readonly<Record<string, string>> = { '{id}': id, '{model}': `(?:/${id}){2,}` }

/** A call by its path, such as `{model}:generateContent`, and the values of its query. */
export function modelCall(path: string, query: Readonly<Record<string, string>> = {}): ModelCall {
  const values = Object.entries(query).map(([name, value]) => [name, patternOf(value)] as const)
  return { path: patternOf(path), query: new Map(values) }
}

function patternOf(template: string): RegExp {
  const pieces = template.split(/(\{\w+\})/).map((piece) => parts[piece] ?? RegExp.escape(piece))
  return new RegExp(`^${pieces.join('')}$`)
}

/** The URL of a path below `base`, with the query and what `base` adds to it. */
export function addressBelow(
  base: string,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
): string {
  const { origin, pathname, searchParams } = new URL(base)
  const added = [...searchParams].filter(([name]) => !query.has(name))
  const search = new URLSearchParams([...query, ...added]).toString()
  return origin + pathname.replace(/\/+$/, '') + path + (search === '' ? '' : `?${search}`)
}

import { findInvisible } from '../text/invisible.ts'
import { isUnsafePath } from '../workspace/path-names.ts'

/** Why not every system can have a name, or hold it safely: it follows the name of the path. */
export const NAME_REASONS = {
  unsafePath: 'has a path that does not lead plainly down from the top of the repository',
  encoding: 'has a name that is not valid UTF-8',
  invisible: 'has an invisible character in its name',
  character:
    'has a character in its name that Windows does not allow (a control character, or one of < > : " | ? * \\)',
  ending: 'has a name that ends with a dot or a blank, which Windows does not allow',
  reserved: 'has a name that Windows reserves, such as CON or NUL',
  option: 'has a name that begins with a dash, which commands take for an option',
  length: 'has a name of more than 255 bytes, or a path of more than 1,000',
} as const

/** One of the reasons. */
export type NameReason = (typeof NAME_REASONS)[keyof typeof NAME_REASONS]

const longestName = 255
/** macOS takes 1,024 bytes, with the folder that the repository is in. */
const longestPath = 1000

/** Devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const reserved = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.|$)/i

/** Why not every system can have a file of this path; undefined if all can. */
export function findNameProblem(path: string): NameReason | undefined {
  if (isUnsafePath(path)) return NAME_REASONS.unsafePath
  if (Buffer.byteLength(path) > longestPath) return NAME_REASONS.length
  return path
    .split('/')
    .map(problemOf)
    .find((reason) => reason !== undefined)
}

function problemOf(name: string): NameReason | undefined {
  if (name.includes('\uFFFD')) return NAME_REASONS.encoding
  if (/[\p{Cc}<>:"|?*\\]/u.test(name)) return NAME_REASONS.character
  if (/[\p{Zl}\p{Zp}]/u.test(name) || findInvisible(name).length > 0) return NAME_REASONS.invisible
  if (/[. ]$/.test(name)) return NAME_REASONS.ending
  if (reserved.test(name)) return NAME_REASONS.reserved
  if (name.startsWith('-')) return NAME_REASONS.option
  return Buffer.byteLength(name) > longestName ? NAME_REASONS.length : undefined
}

/** Of these paths those that differ from another one of `all` in nothing but case or the composition of letters. */
export function findTwins(paths: readonly string[], all: Iterable<string>): ReadonlySet<string> {
  const spellings = new Map<string, string | undefined>()
  for (const path of [...all, ...paths]) {
    const folded = fold(path)
    const known = spellings.has(folded) ? spellings.get(folded) : path
    spellings.set(folded, known === path ? path : undefined)
  }
  return new Set(paths.filter((path) => spellings.get(fold(path)) === undefined))
}

function fold(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase()
}

import { counted, grouped } from '../text/text.ts'
import { type FileDiff, isGenerated } from './file-diff.ts'
import { cutText } from './foreign-text.ts'

/** How much of a diff is shown, in UTF-16 units. */
export type Caps = { readonly all: number; readonly file: number }

/** Something of a file's diff that is not shown, and why. */
export type LeftOut = Pick<FileDiff, 'path' | 'additions' | 'deletions'> & { readonly why: string }

/** What of a diff is shown. */
export type Selection = {
  /** Generated files after the others, both in the order of the diff. */
  readonly shown: readonly FileDiff[]
  readonly leftOut: readonly LeftOut[]
}

/** Takes what fits: whole files in their order, the beginning of those that are too long. */
export function selectFiles(files: readonly FileDiff[], caps: Caps): Selection {
  const shown: FileDiff[] = []
  const leftOut: LeftOut[] = []
  let room = caps.all
  for (const file of files.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const { path, additions, deletions, why = noRoom(file) } = file
    const text = file.text && cutLines(file.text, caps.file)
    const fits = text !== undefined && text.length < room
    if (fits) {
      shown.push({ ...file, text })
      room -= text.length + 1
    }
    const reasons = fits ? losses(file, text) : [why]
    leftOut.push(...reasons.map((reason) => ({ path, additions, deletions, why: reason })))
  }
  return { shown, leftOut }
}

function rankOf({ path }: FileDiff): number {
  return isGenerated(path) ? 1 : 0
}

function noRoom({ path }: FileDiff): string {
  return isGenerated(path) ? 'generated, and no room left' : 'no room left'
}

function losses({ text = '', invisible }: FileDiff, kept: string): readonly string[] {
  const cut = `cut after ${grouped(kept.length)} of ${grouped(text.length)} characters`
  const removed = `${counted(invisible, 'invisible character')} removed`
  return [...(kept.length < text.length ? [cut] : []), ...(invisible > 0 ? [removed] : [])]
}

/** Whole lines, unless the first one is too long. */
function cutLines(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = cutText(text, most)
  const end = cut.lastIndexOf('\n')
  return end > 0 ? cut.slice(0, end) : cut
}

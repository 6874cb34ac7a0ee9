import { decodeCharacter } from './characters.ts'
import { scanHtml } from './raw-html.ts'
import { isHtmlBlock, type Node } from './tree.ts'

/** Stands for what is no text: markers, tags, code. */
export const gap = '\uFFFC'
/** Stands for an address in angle brackets. */
export const bareLink = '\uFFF9'

/** What a reader sees of a block, with the place of each UTF-16 unit in the source. */
export type Visible = {
  readonly text: string
  readonly from: readonly number[]
  readonly to: readonly number[]
}

type Piece = { readonly text: string; readonly from: number; readonly to: number }

/** The text of a block as GitHub reads it for mentions and references: character references and escapes are decoded. */
export function readVisible(source: string, block: Node): Visible {
  const pieces = isHtmlBlock(block) ? htmlPieces(source, block) : inlinePieces(source, block)
  const from: number[] = []
  const to: number[] = []
  for (const piece of pieces)
    for (let unit = 0; unit < piece.text.length; unit++) {
      const plain = piece.text.length === piece.to - piece.from
      from.push(plain ? piece.from + unit : piece.from)
      to.push(plain ? piece.from + unit + 1 : piece.to)
    }
  return { text: pieces.map((piece) => piece.text).join(''), from, to }
}

function inlinePieces(source: string, node: Node): readonly Piece[] {
  const pieces: Piece[] = []
  let done = node.from
  const textTo = (end: number) => {
    if (end > done) pieces.push({ text: source.slice(done, end), from: done, to: end })
  }
  for (const child of node.children) {
    textTo(child.from)
    pieces.push(...piecesOf(source, child))
    done = child.to
  }
  textTo(node.to)
  return pieces
}

const nested = /^(?:Emphasis|StrongEmphasis|Strikethrough|Link|Image|LinkLabel)$/

function piecesOf(source: string, node: Node): readonly Piece[] {
  const { name, from, to } = node
  const slice = source.slice(from, to)
  if (nested.test(name)) return inlinePieces(source, node)
  if (name === 'Entity') return apart({ text: decodeCharacter(slice), from, to })
  if (name === 'Escape') return apart({ text: slice.slice(1), from, to })
  if (name === 'Autolink') return [{ text: bareLink, from, to }]
  return [{ text: gap, from, to }]
}

/** An `@` that is written in another way is part of no e-mail address. */
function apart(piece: Piece): readonly Piece[] {
  return piece.text === '@' ? [{ text: gap, from: piece.from, to: piece.from }, piece] : [piece]
}

function htmlPieces(source: string, { from, to }: Node): readonly Piece[] {
  const html = source.slice(from, to)
  const found = [
    ...scanHtml(html).map(({ at, text }) => ({ text: gap, from: at, to: at + text.length })),
    ...Array.from(
      html.matchAll(/&(?:#[xX][\dA-Fa-f]+|#\d+|[A-Za-z]\w*);?/g),
      ({ index, 0: text }) => ({
        text: decodeCharacter(text),
        from: index,
        to: index + text.length,
      }),
    ),
  ].toSorted((one, other) => one.from - other.from)
  const pieces: Piece[] = []
  let done = 0
  for (const piece of [...found, { text: '', from: html.length, to: html.length }]) {
    if (piece.from < done) continue
    pieces.push({ text: html.slice(done, piece.from), from: done, to: piece.from }, piece)
    done = piece.to
  }
  return pieces.map((piece) => ({ ...piece, from: piece.from + from, to: piece.to + from }))
}

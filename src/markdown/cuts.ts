import { readTags } from './html.ts'
import { limitTo } from './limits.ts'
import type { Node } from './parse.ts'

/** What is open at a place: `close` ends it, and `open` begins it again on the next page. */
type Frame = { readonly open: string; readonly close: string }

/** A place where a page may end: up to `end`, and the next one begins at `at`. The cost is 0 between top-level blocks. */
export type Cut = Frame & { readonly end: number; readonly at: number; readonly cost: number }

type Element = { readonly name: string; readonly source: string }

/** A cut between the lines of code or the rows of a table costs more than one in any number of elements. */
const lineCost = 100
const mostOpen = 100

/** The places where a text may be cut, in order: between blocks, lines of code, and rows of a table. */
export function* readCuts(source: string, blocks: readonly Node[]): Generator<Cut> {
  const elements: Element[] = []
  for (const node of blocks) {
    const frame = elements.reduce(inElement, { open: '', close: '' })
    const at = source.lastIndexOf('\n', node.from - 1) + 1
    if (at > 0 && source.slice(at, node.from).trim() === '')
      yield { ...frame, end: at - 1, at, cost: elements.length }
    if (node.type === 'htmlFlow') changeElements(elements, source.slice(node.from, node.to))
    else yield* cutBlock(source, node, frame)
  }
}

function inElement({ open, close }: Frame, { name, source }: Element): Frame {
  const summary = name === 'details' ? '<summary>(continued)</summary>\n' : ''
  return { open: `${open}${source}\n${summary}\n`, close: `\n\n</${name}>${close}` }
}

function changeElements(elements: Element[], html: string): void {
  for (const { kind, name, source } of readTags(html)) {
    const start = elements.findLastIndex((element) => element.name === name)
    if (kind === 'open') limitTo(mostOpen, elements.push({ name, source }))
    if (kind === 'close' && start !== -1) elements.splice(start)
  }
}

function cutBlock(source: string, node: Node, { open, close }: Frame): Iterable<Cut> {
  const { type, from, to, children } = node
  if (type === 'codeIndented') return cutLines(source, { from, to }, { open, close })
  if (type === 'codeFenced') {
    const [first = '', mark] = /^(`+|~+).*/.exec(source.slice(from, to)) ?? []
    const fence = { open: `${open}${first}\n`, close: `\n${mark}${close}` }
    const body = { from: from + first.length + 1, to: source.lastIndexOf('\n', to - 1) }
    return cutLines(source, body, fence)
  }
  if (type !== 'table') return []
  const [head, row] = children
  const table = { open: `${open}${source.slice(from, head?.to)}\n`, close }
  return cutLines(source, { from: row?.from ?? to, to }, table)
}

function* cutLines(
  source: string,
  { from, to }: { readonly from: number; readonly to: number },
  frame: Frame,
): Generator<Cut> {
  for (
    let end = source.indexOf('\n', from);
    end !== -1 && end < to;
    end = source.indexOf('\n', end + 1)
  )
    yield { ...frame, end, at: end + 1, cost: lineCost }
}

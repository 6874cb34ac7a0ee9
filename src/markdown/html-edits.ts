import { isForeignIssue, isOnServer, type Place, redirect } from './addresses.ts'
import { escapeHtml } from './characters.ts'
import type { Edit, Range } from './edits.ts'
import { readTag, scanHtml, type Tag, writeTag } from './raw-html.ts'
import { isContainer, isHtmlBlock, isLeaf, type Node } from './tree.ts'

type Found = Range & { readonly tag: Tag; readonly block: Node }
/** The open elements, and how many of each name. */
type Scope = { readonly open: Found[]; readonly counts: Map<string, number> }
type State = {
  readonly source: string
  readonly place: Place
  readonly edits: Map<number, Edit>
  readonly code: Range[]
}

/**
 * Comments go; tags that may stay are written without further attributes; the rest of HTML becomes text. An element
 * ends in the block or container in which it begins, or else its tag becomes text, too; only
 * `<details>` is ended with the whole text. `code` is where HTML makes code of text.
 */
export function editHtml(
  root: Node,
  { source, place }: Pick<State, 'source' | 'place'>,
): { readonly edits: readonly Edit[]; readonly code: readonly Range[]; readonly ends: string } {
  const state: State = { source, place, edits: new Map(), code: [] }
  const left = editScope(root, newScope(), state)
  escapeAll(
    left.filter(({ tag }) => tag.name !== 'details'),
    state,
  )
  const ends = left.filter(({ tag }) => tag.name === 'details').map(() => '\n\n</details>')
  return { edits: [...state.edits.values()], code: state.code, ends: ends.join('') }
}

function newScope(): Scope {
  return { open: [], counts: new Map() }
}

function editScope(node: Node, scope: Scope, state: State): readonly Found[] {
  for (const child of node.children) {
    if (isContainer(child) || isLeaf(child)) escapeAll(editScope(child, newScope(), state), state)
    else if (isHtmlBlock(child)) editTags(child, { scope, block: child }, state)
    else if (isInlineHtml(child)) editTags(child, { scope, block: node }, state)
    else editScope(child, scope, state)
  }
  return scope.open
}

function isInlineHtml({ name }: Node): boolean {
  return name === 'HTMLTag' || name === 'Comment' || name === 'ProcessingInstruction'
}

function editTags(node: Node, { scope, block }: { scope: Scope; block: Node }, state: State): void {
  for (const { at, text } of scanHtml(state.source.slice(node.from, node.to))) {
    const from = node.from + at
    const range = { from, to: from + text.length }
    const tag = readTag(text)
    if (text.startsWith('<!--') && text.length > 4) replace({ ...range, text: '' }, state)
    else if (tag === undefined) escapeAll([range], state)
    else editTag({ ...range, tag, block }, scope, state)
  }
}

function editTag(found: Found, scope: Scope, state: State): void {
  const { tag, from, to } = found
  if (tag.kind === 'close') closeElement(found, scope, state)
  if (tag.kind === 'open') {
    scope.open.push(found)
    count(scope, tag.name, 1)
  }
  const source = state.source.slice(from, to)
  const text = rewriteTag(tag, state.place)
  if (!isSame(text, source)) replace({ from, to, text }, state)
}

function count({ counts }: Scope, name: string, step: number): void {
  counts.set(name, (counts.get(name) ?? 0) + step)
}

/** Only an element that is open is looked for: what is passed on the way to it is closed, too. */
function closeElement(found: Found, scope: Scope, state: State): void {
  const { open, counts } = scope
  const { name } = found.tag
  const start = counts.get(name) ? open.findLastIndex(({ tag }) => tag.name === name) : open.length
  const closed = open.splice(start)
  for (const { tag } of closed) count(scope, tag.name, -1)
  const [opener, ...inner] = closed
  escapeAll(opener === undefined ? [found] : inner, state)
  if (opener?.block === found.block && /^(?:code|pre|tt)$/.test(name))
    state.code.push({ from: opener.from, to: found.to })
}

/** Whether two tags differ in quotes, case and blanks only. */
function isSame(written: string, source: string): boolean {
  if (written === source) return true
  const tag = readTag(source)
  const count = source.match(/\s[A-Za-z_:][\w.:-]*(?=[\s=/>])/g)?.length ?? 0
  const kept = Object.keys(tag?.attributes ?? {}).length
  return (
    tag !== undefined && !/[\n/]$|\n/.test(source) && count === kept && writeTag(tag) === written
  )
}

function rewriteTag(tag: Tag, place: Place): string {
  const { src, href, ...rest } = tag.attributes
  if (tag.name === 'img') return rewriteImage(tag, place)
  if (href === undefined || tag.name !== 'a') return writeTag({ ...tag, attributes: rest })
  const safe = isForeignIssue(href, place) ? redirect(href, place) : href
  return writeTag({ ...tag, attributes: safe === undefined ? rest : { ...rest, href: safe } })
}

function rewriteImage(tag: Tag, place: Place): string {
  const { src = '', alt = '', href: _, ...rest } = tag.attributes
  if (src !== '' && isOnServer(src, place))
    return writeTag({ ...tag, attributes: { src, alt, ...rest } })
  return `<a href="${escapeHtml(src)}">${escapeHtml(alt.trim() === '' ? src : alt)}</a>`
}

/** Tags become text. */
function escapeAll(ranges: readonly Range[], state: State): void {
  for (const { from } of ranges) state.edits.set(from, { from, to: from + 1, text: '&lt;' })
}

/** A tag that has become text is not rewritten, too. */
function replace(edit: Edit, { edits }: State): void {
  if (!edits.has(edit.from)) edits.set(edit.from, edit)
}

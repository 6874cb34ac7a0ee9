import { isForeignIssue, isOnServer, type Place, redirect } from './addresses.ts'
import { decodeCharacter } from './characters.ts'
import type { Edit } from './edits.ts'
import type { Node } from './tree.ts'

type Source = { readonly source: string; readonly place: Place }

/** Images of other hosts become links, and links to issues of other repositories go by way of a redirect. */
export function editAddresses(root: Node, text: Source): readonly Edit[] {
  const definitions = findAll(root, 'LinkReference')
  const own = definitions.every((node) => isOwnImage(node, text))
  const images = findAll(root, 'Image').filter((node) =>
    node.children.some(isAddress) ? !isOwnImage(node, text) : !own,
  )
  const brackets = images.map(({ from }) => ({ from, to: from + 1, text: '' }))
  const links = editLinks(root, text)
  const rest = ['URL', 'LinkTitle'].flatMap((name) => findAll(root, name))
  const silenced = rest.flatMap((node) => silence(node, text))
  const edited = new Set(links.map(({ from }) => from))
  return [...brackets, ...links, ...silenced.filter(({ from }) => !edited.has(from))]
}

/** What every reader takes for an address. */
const clear = /^<?(?:https?:\/\/[a-z\d.:-]+\/|mailto:)[\w@/.%#?=&+-]*>?$/i
const at = /@|&(?:#0*64|#[xX]0*40|commat);/g
const numbered = /^((?![a-z]+:)[\w./-]*)#(?=\d)/i

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** What this parser takes for a destination or a title may be text for GitHub: there, too, it mentions nobody and loads nothing. */
function silence(node: Node, { source }: Source): readonly Edit[] {
  const { name, from, to } = node
  const before = source.slice(from, to)
  if (name === 'URL' && clear.test(before)) return []
  const text =
    name === 'LinkTitle'
      ? before.replace(at, '(at)')
      : before
          .replace(at, '%40')
          .replace(numbered, '$1%23')
          .replace(/[()[\]]/g, percent)
  return text === before ? [] : [{ from, to, text }]
}

function findAll(node: Node, name: string): readonly Node[] {
  const below = node.children.flatMap((child) => findAll(child, name))
  return node.name === name ? [node, ...below] : below
}

function isAddress({ name }: Node): boolean {
  return name === 'URL'
}

function isOwnImage(node: Node, { source, place }: Source): boolean {
  const address = node.children.find(isAddress)
  return address !== undefined && isOnServer(readDestination(source, address), place)
}

function editLinks(node: Node, text: Source): readonly Edit[] {
  return node.children.flatMap((child) => {
    const below = editLinks(child, text)
    if (!/^(?:URL|Autolink)$/.test(child.name) || node.name === 'Autolink') return below
    const edit = editLink(child, node, text)
    return edit === undefined ? below : [edit]
  })
}

function editLink(node: Node, parent: Node, { source, place }: Source): Edit | undefined {
  const address = readDestination(source, node)
  // CommonMark allows no `<` within the brackets; @lezer/markdown does.
  if (node.name === 'Autolink' && source.slice(node.from + 1, node.to).includes('<'))
    return { from: node.from, to: node.from + 1, text: '&lt;' }
  if (!isForeignIssue(address, place)) return undefined
  const { from, to } = node
  const other = redirect(address, place)
  if (other !== undefined) return { from, to, text: source[from] === '<' ? `<${other}>` : other }
  if (node.name === 'Autolink') return { from, to, text: `\`${address}\`` }
  const bracket = parent.from + (parent.name === 'Image' ? 1 : 0)
  return { from: bracket, to: bracket, text: '\\' }
}

/** What a link's destination stands for: without `<>`, escapes and character references decoded. */
function readDestination(source: string, { from, to }: Node): string {
  return source
    .slice(from, to)
    .replace(/^<([\s\S]*)>$/, '$1')
    .replace(/\\([!-/:-@[-`{-~])|&(?:#[xX][\dA-Fa-f]+|#\d+|\w+);/g, (whole, mark?: string) =>
      mark === undefined ? decodeCharacter(whole) : mark,
    )
}

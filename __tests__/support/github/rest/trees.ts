import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type Answer, notFound, Refusal } from '../answer.ts'
import { type Bare, typeOf } from '../git/bare.ts'
import { demand } from '../identity.ts'
import { apiOf } from '../shapes.ts'
import type { Hosted, State } from '../state.ts'
import { bodyOf, type Call, repositoryOf, textOf } from './call.ts'
import { writable } from './refs.ts'

const blob = z.object({ content: z.string(), encoding: z.string().default('utf-8') })
const entry = z.object({
  path: z.string().default(''),
  mode: z.string().default('100644'),
  sha: z.string().nullable().optional(),
  content: z.string().optional(),
})
const given = z.object({ base_tree: z.string().optional(), tree: z.array(entry) })
const kinds: Readonly<Record<string, string>> = { '040000': 'tree', '160000': 'commit' }

/** `POST /repos/{owner}/{repo}/git/blobs`. */
export function createBlob(call: Call): Answer {
  const repository = writable(call)
  const { content, encoding } = bodyOf(call, blob)
  if (encoding !== 'utf-8' && encoding !== 'base64') throw new Refusal(422, 'encoding is not valid')
  const input = encoding === 'base64' ? decode(content) : content
  const sha = repository.bare.git(['hash-object', '-w', '--stdin'], { input })
  return { status: 201, body: { sha, url: `${apiOf(call.state, repository)}/git/blobs/${sha}` } }
}

/** `GET …/git/blobs/{file_sha}`, always base64. */
export function getBlob(call: Call): Answer {
  const repository = repositoryOf(call)
  demand(call.identity, 'read', 'contents')
  const sha = textOf(call, 'file_sha') ?? ''
  if (typeOf(repository.bare, sha) !== 'blob') throw notFound()
  const bytes = repository.bare.bytes(['cat-file', 'blob', sha])
  const content = bytes.toString('base64').replace(/.{60}/g, '$&\n')
  const url = `${apiOf(call.state, repository)}/git/blobs/${sha}`
  return { status: 200, body: { sha, url, encoding: 'base64', size: bytes.length, content } }
}

/** `POST …/git/trees`: entries on top of `base_tree`, or a tree of nothing else; a null `sha` removes. */
export function createTree(call: Call): Answer {
  const repository = writable(call)
  const { base_tree, tree } = bodyOf(call, given)
  if (tree.length === 0) throw new Refusal(422, 'Invalid tree info')
  const sha = writeTree(repository.bare, base_tree, tree)
  return { status: 201, body: treeShape(call.state, repository, sha) }
}

/** `GET …/git/trees/{tree_sha}`: any value of `recursive` makes it so. */
export function getTree(call: Call): Answer {
  const repository = repositoryOf(call)
  demand(call.identity, 'read', 'contents')
  const sha = repository.bare.ask(
    'rev-parse',
    '--verify',
    '-q',
    `${textOf(call, 'tree_sha')}^{tree}`,
  )
  if (sha === undefined) throw notFound()
  const recursive = textOf(call, 'recursive') === undefined ? [] : ['-r', '-t']
  return { status: 200, body: treeShape(call.state, repository, sha, recursive) }
}

/** Bytes of strict base64. */
export function decode(content: string): Buffer {
  const bytes = Buffer.from(content, 'base64')
  if (bytes.toString('base64') === content.replace(/\n/g, '')) return bytes
  throw new Refusal(422, 'content is not valid Base64')
}

/** Writes a tree: entries on top of another, or nothing else. */
export function writeTree(
  bare: Bare,
  base: string | undefined,
  entries: readonly z.infer<typeof entry>[],
): string {
  const index = join(bare.path, `index-${randomUUID()}`)
  const env = { GIT_INDEX_FILE: index, GIT_LITERAL_PATHSPECS: '1' }
  const stage = (lines: readonly string[]) =>
    bare.git(['update-index', '-z', '--replace', '--index-info'], { input: lines.join(''), env })
  if (base !== undefined) {
    const tree = bare.ask('rev-parse', '--verify', '-q', `${base}^{tree}`)
    if (tree === undefined) throw new Refusal(422, 'base_tree is not a valid tree oid')
    bare.git(['read-tree', tree], { env })
  }
  for (const one of entries) {
    checkPath(one.path)
    const there = bare.git(['ls-files', '-z', '--', one.path], { env }).split('\0').slice(0, -1)
    if (one.sha === null && there.length === 0) throw new Refusal(422, 'GitRPC::BadObjectState')
    stage(there.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`))
    stage(linesOf(bare, one))
  }
  const sha = bare.git(['write-tree'], { env })
  rmSync(index, { force: true })
  return sha
}

function linesOf(
  bare: Bare,
  { path, mode, sha, content }: z.infer<typeof entry>,
): readonly string[] {
  if (sha === null) return []
  if ((sha === undefined) === (content === undefined))
    throw new Refusal(422, 'Must supply either tree.sha or tree.content')
  const id = sha ?? bare.git(['hash-object', '-w', '--stdin'], { input: content ?? '' })
  const kind = kinds[mode] ?? 'blob'
  if (kind !== 'commit' && typeOf(bare, id) !== kind)
    throw new Refusal(422, `tree.sha ${id} is not a valid ${kind}`)
  if (kind !== 'tree') return [`${mode} ${id}\t${path}\0`]
  const below = bare.git(['ls-tree', '-r', '-z', id]).split('\0').slice(0, -1)
  return below.map((line) => `${line.replace('\t', `\t${path}/`)}\0`)
}

function checkPath(path: string): void {
  if (path.startsWith('/')) throw new Refusal(422, 'tree.path cannot start with a slash')
  const bad = path.split('/').some((part) => ['', '.', '..', '.git'].includes(part.toLowerCase()))
  if (bad) throw new Refusal(422, 'tree.path contains a malformed path component')
}

function treeShape(
  state: State,
  { bare, ...rest }: Hosted,
  sha: string,
  options: readonly string[] = [],
) {
  const git = `${apiOf(state, { bare, ...rest })}/git`
  const listed = bare
    .git(['ls-tree', '-l', '-z', ...options, sha])
    .split('\0')
    .slice(0, -1)
  const tree = listed.map((line) => {
    const [facts = '', path = ''] = line.split('\t')
    const [mode = '', type = '', id = '', size = '-'] = facts.split(/ +/)
    const url = `${git}/${type}s/${id}`
    return { path, mode, type, sha: id, url, ...(type === 'blob' && { size: Number(size) }) }
  })
  return { sha, url: `${git}/trees/${sha}`, tree, truncated: false }
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

/** The folders of `src`, and the files beside them, from the lowest up: each may import only what stands above it here. */
const layers = [
  ['text', 'outcome', 'path', 'runner', 'loopback'],
  ['errors', 'event', 'markdown', 'secrets', 'resources', 'state'],
  ['programs', 'deadline', 'rehearsal', 'opencode'],
  ['install', 'workspace'],
  ['session', 'policy'],
  ['result', 'github'],
  ['report', 'providers'],
  ['inputs'],
  ['world', 'context'],
  ['sandbox', 'project-config', 'publish/', 'runner-files', 'admission'],
  ['servers'],
  ['tasks'],
  ['run'],
  ['main', 'post', 'publish'],
]

const source = join(import.meta.dirname, '..', 'src')
const ranks = new Map(layers.flatMap((names, rank) => names.map((name) => [name, rank] as const)))

/** The layer's name of a file below `src`; `publish/` is a folder beside the entry `publish`. */
function layerOf(path: string): string {
  const [first = '', ...rest] = path.split(sep)
  if (rest.length === 0) return first.replace(/\.ts$/, '')
  return ranks.has(`${first}/`) ? `${first}/` : first
}

function findProblems(path: string): readonly string[] {
  const own = layerOf(path)
  const rank = ranks.get(own)
  if (rank === undefined)
    return [`src/${path}: "${own}" is in no layer. Add it in scripts/layers.ts.`]
  const imports = readFileSync(join(source, path), 'utf8').matchAll(
    /(?:from |import |import\()'(\.[^']+)'/g,
  )
  return [...imports].flatMap(([, specifier = '']) => {
    const target = relative(source, normalize(join(source, dirname(path), specifier)))
    const other = layerOf(target)
    const isBelow = other === own || (ranks.get(other) ?? layers.length) < rank
    return isBelow ? [] : [`src/${path} imports ${target}, which is not in a lower layer.`]
  })
}

const paths = readdirSync(source, { recursive: true, encoding: 'utf8' })
const problems = paths.filter((path) => path.endsWith('.ts')).flatMap(findProblems)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

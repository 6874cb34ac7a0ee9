import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Bundles the entries of `src` into `dist` reproducibly: ncc bundles what TypeScript emits. */
const root = join(import.meta.dirname, '..')
const entries = { main: 'main', post: 'post', publish: 'publish', redactor: 'secrets/worker' }

const clear = (directory: string) => rmSync(join(root, directory), { recursive: true, force: true })

clear('build')
mkdirSync(join(root, 'build'))
runNode('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
for (const [entry, source] of Object.entries(entries))
  runNode('@vercel/ncc/dist/ncc/cli.js', [
    'build',
    `build/${source}.js`,
    '-o',
    `build/dist/${entry}`,
    '--no-cache',
    '-q',
  ])
clear('dist')
renameSync(join(root, 'build', 'dist'), join(root, 'dist'))
console.log(
  Object.keys(entries)
    .map((entry) => `dist/${entry}: ${readdirSync(join(root, 'dist', entry)).join(' ')}`)
    .join('\n'),
)

function runNode(script: string, args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
}

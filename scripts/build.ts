import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Bundles the entries of `src` into `dist`, reproducibly: TypeScript emits, ncc bundles what was emitted. */
const root = join(import.meta.dirname, '..')
const entries = ['main', 'post', 'publish']

const clear = (directory: string) => rmSync(join(root, directory), { recursive: true, force: true })

clear('build')
mkdirSync(join(root, 'build'))
runNode('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
for (const entry of entries)
  runNode('@vercel/ncc/dist/ncc/cli.js', [
    'build',
    `build/${entry}.js`,
    '-o',
    `build/dist/${entry}`,
    '--no-cache',
    '-q',
  ])
clear('dist')
renameSync(join(root, 'build', 'dist'), join(root, 'dist'))
console.log(
  entries
    .map((entry) => `dist/${entry}: ${readdirSync(join(root, 'dist', entry)).join(' ')}`)
    .join('\n'),
)

function runNode(script: string, args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
}

import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for what runs because of a checkout's configuration to leave its mark in. */
export function makeMarks() {
  const folder = mkdtempSync(join(tmpdir(), 'opencode-driver-marks-'))
  return {
    /** JavaScript that leaves a mark where it runs. */
    script: (name: string) =>
      `import { mkdirSync, writeFileSync } from 'node:fs'\nmkdirSync(${JSON.stringify(folder)}, { recursive: true })\nwriteFileSync(${JSON.stringify(join(folder, name))}, '')\n`,
    path: (name: string) => join(folder, name),
    found: () => readdirSync(folder).sort(),
  }
}

/** Of everything below a folder mode, time and content; without git's own, and what is in `except`. */
export function pictureOf(folder: string, path = ''): Readonly<Record<string, string>> {
  const found = lstatSync(join(folder, path))
  const facts = `${found.mode.toString(8)} ${Math.round(found.mtimeMs)}`
  if (found.isSymbolicLink()) return { [path]: `${facts} ${readlinkSync(join(folder, path))}` }
  if (!found.isDirectory()) return { [path]: `${facts} ${digest(join(folder, path))}` }
  const names = readdirSync(join(folder, path)).filter((name) => name !== '.git')
  const inner = names.map((name) => pictureOf(folder, join(path, name)))
  return Object.assign({ [path]: facts }, ...inner)
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

// Regenerates the tables of inputs and outputs in README.md from action.yml. With --check it only reports a difference.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process, { argv, stdout } from 'node:process'
import { parse } from 'yaml'
import * as z from 'zod'

const input = z.object({ description: z.string(), default: z.string().optional() })
const output = z.object({ description: z.string() })
const schema = z.object({
  inputs: z.record(z.string(), input),
  outputs: z.record(z.string(), output),
})

/** `readme` with the tables of `actionFile`, the text of action.yml. Throws if a marker is missing. */
export function withTables(readme: string, actionFile: string): string {
  const { inputs, outputs } = schema.parse(parse(actionFile))
  const inputRows = Object.entries(inputs).map(([name, { description, default: value }]) => [
    `\`${name}\``,
    value === undefined ? '' : `\`${value}\``,
    cell(description),
  ])
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [
    `\`${name}\``,
    cell(description),
  ])
  const inputTable = table(['input', 'default', 'meaning'], inputRows)
  const outputTable = table(['output', 'meaning'], outputRows)
  return between(between(readme, 'inputs', inputTable), 'outputs', outputTable)
}

function cell(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function between(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const start = text.indexOf(open)
  const end = text.indexOf(close)
  if (start < 0 || end < start) throw new Error(`README.md has no ${open} … ${close}`)
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`
}

function main(): void {
  const root = join(import.meta.dirname, '..')
  const readmeFile = join(root, 'README.md')
  const before = readFileSync(readmeFile, 'utf8')
  const after = withTables(before, readFileSync(join(root, 'action.yml'), 'utf8'))
  if (before === after) return
  if (argv.includes('--check')) {
    stdout.write('The tables in README.md do not match action.yml. Run npm run docs.\n')
    process.exitCode = 1
  } else {
    writeFileSync(readmeFile, after)
    stdout.write('Updated the tables of inputs and outputs in README.md.\n')
  }
}

if (import.meta.main) main()

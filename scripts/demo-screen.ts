import { stdout } from 'node:process'
import { styleText } from 'node:util'

const width = 80
const longestOutput = 120

/** Prints lines to the terminal. */
export function print(...lines: readonly string[]): void {
  for (const line of lines) stdout.write(`${line}\n`)
}

/** A heading between two runs. */
export function title(text: string): string {
  return `\n${styleText(['bold', 'cyan'], `━━ ${text} `.padEnd(width, '━'))}`
}

/** A heading within a run. */
export function heading(text: string): string {
  return `\n${styleText('bold', `── ${text} `.padEnd(width, '─'))}\n`
}

/** Text beside a vertical line, which shows where it ends. */
export function framed(text: string): string[] {
  const bar = styleText('dim', '│')
  return text
    .trim()
    .split('\n')
    .map((line) => `${bar} ${line}`.trimEnd())
}

/** Outputs in two columns, with long values shortened. */
export function listed(outputs: Readonly<Record<string, string>>): string[] {
  const widest = Math.max(...Object.keys(outputs).map((name) => name.length))
  return Object.entries(outputs).map(([name, value]) => `${name.padEnd(widest)}  ${short(value)}`)
}

function short(value: string): string {
  const [first = '', ...more] = value.trim().split('\n')
  if (more.length > 0) return `${first} … (${more.length + 1} lines)`
  return first.length > longestOutput ? `${first.slice(0, longestOutput)}…` : first
}

/** A patch, coloured as git does. */
export function coloured(patch: string): string[] {
  return patch.trimEnd().split('\n').map(colourLine)
}

function colourLine(line: string): string {
  if (/^(diff|index|---|\+\+\+|new file) ?/.test(line)) return styleText('bold', line)
  if (line.startsWith('@@')) return styleText('cyan', line)
  if (line.startsWith('+')) return styleText('green', line)
  return line.startsWith('-') ? styleText('red', line) : line
}

/** Shows a step's log as the page of a workflow run does. Returns a function to call with each line. */
export function createLogView(show: (line: string) => void): (line: string) => void {
  const masks: string[] = []
  let indent = ''
  const masked = (text: string) => masks.reduce((rest, mask) => rest.replaceAll(mask, '***'), text)
  const commands: Readonly<Record<string, (text: string) => void>> = {
    group(text) {
      show(styleText('bold', `▾ ${masked(text)}`))
      indent = '  '
    },
    endgroup() {
      indent = ''
    },
    'add-mask': (text) => masks.push(text),
    debug: () => undefined,
    warning: (text) => show(styleText('yellow', `Warning: ${masked(text)}`)),
    error: (text) => show(styleText('red', `Error: ${masked(text)}`)),
  }
  return (line) => {
    const [, name = '', text = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
    const command = commands[name]
    if (command) command(unescaped(text))
    else if (line.trim() !== '') show(indent + masked(line))
  }
}

/** Reverses the escapes of workflow commands (actions/toolkit, `command.ts`, `escapeData`). */
function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

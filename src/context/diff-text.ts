import { removeInvisible } from '../text/invisible.ts'
import { counted, grouped, oneLine } from '../text/text.ts'
import { cutText, delimitUntrusted } from './foreign-text.ts'
import type { PullDiff } from './pull-diff.ts'
import type { LeftOut } from './selection.ts'

const longestName = 300
const longestList = 20_000

/** The diff as text for a prompt: counts and commits, and, set apart as data, the diff and what is not in it. */
export function renderDiff(
  diff: PullDiff | undefined,
  { boundary }: { readonly boundary: string },
): string {
  if (diff === undefined) return 'No diff is attached: the event is not about a pull request.'
  const { shown, leftOut } = diff
  const text = shown.map((file) => file.text).join('\n')
  const delimit = (label: string, piece: string) =>
    piece === '' ? [] : [delimitUntrusted({ label, text: piece, boundary })]
  return [
    introduction(diff),
    ...delimit(`diff of pull request #${diff.number}`, text),
    ...delimit('what is left out of the diff', listOf(leftOut)),
  ].join('\n\n')
}

function introduction({ shown, leftOut, ...diff }: PullDiff): string {
  const lines = `${counted(diff.additions, 'line')} added, ${counted(diff.deletions, 'line')} deleted`
  const files = counted(diff.changedFiles, 'changed file')
  return [
    `Diff of pull request #${diff.number}, as untrusted as the rest:`,
    `- Base commit: ${diff.baseSha}`,
    `- Head commit: ${diff.headSha}`,
    `- ${files}, ${lines}`,
    ...(diff.givenFiles < diff.changedFiles
      ? [`- GitHub lists only ${grouped(diff.givenFiles)} of them`]
      : []),
    `- Shown: ${grouped(shown.length)}`,
    ...(leftOut.length > 0 ? ['- After the diff follows what is left out, and why'] : []),
  ].join('\n')
}

function listOf(leftOut: readonly LeftOut[]): string {
  const lines: string[] = []
  let room = longestList
  for (const one of leftOut) {
    const line = lineOf(one)
    room -= line.length + 1
    if (room < 0)
      return [...lines, `… and ${grouped(leftOut.length - lines.length)} more`].join('\n')
    lines.push(line)
  }
  return lines.join('\n')
}

function lineOf({ path, additions, deletions, why }: LeftOut): string {
  const name = cutText(oneLine(removeInvisible(path.toWellFormed())), longestName)
  return `${name} (+${additions} -${deletions}): ${why}`
}

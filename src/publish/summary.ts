import { basename } from 'node:path'
import { closeBlocks } from '../markdown/blocks.ts'
import { asCode } from '../markdown/code.ts'
import type { Result } from '../result.ts'
import { counted, dollars, grouped } from '../text/text.ts'
import {
  answerLabel,
  code,
  headline,
  lineCounts,
  plain,
  renderHeldBack,
  renderReason,
  titleOfChange,
} from './labels.ts'
import { cutBytes, longerNote } from './outputs.ts'

/** The runner drops a summary of over 1 MiB; this leaves room for the other parts. */
const answerBytes = 800 * 1024
const endsLength = 10_000
const listed = 50
const heldBackTitle = (count: number) =>
  `**${counted(count, 'changed file')} held back; \`changes.patch\` has what a patch can carry:**`

/** The job summary of a run, as GitHub Flavored Markdown. */
export function renderSummary(result: Result): string {
  const parts = [
    `## ${headline(result)}`,
    renderReason(result),
    renderAnswer(result),
    renderChange(result),
    renderFacts(result),
    renderAttempts(result),
    renderTools(result),
    renderHeldBack(result, { listed, title: heldBackTitle }),
    renderRefusals(result),
    renderProviders(result),
    renderSelfTest(result),
    renderNotes(result),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

type Row = readonly (string | number)[]

/** A table with a header row; empty cells in it have no title. */
function table(...rows: readonly Row[]): string {
  const [head = [], ...body] = rows
  const line = head.map(() => '---')
  return [head, line, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function renderAnswer(result: Result): string {
  const { answer, answerFile } = result
  if (answer === '') return ''
  const note = longerNote(answerFile)
  const closed = closeBlocks(cutBytes(answer, answerBytes, note), endsLength)
  return answerLabel(result) + (closed ?? cutBytes(asCode(answer), answerBytes, note))
}

function renderChange({ change, partial, published }: Result): string {
  if (!change) return ''
  if (change.files.length + change.unseen.length === 0) return '**No files were changed.**'
  const verdicts = new Map(published?.files?.map(({ path, verdict }) => [path, verdict]))
  const last = (cell: string) => (published?.files ? [cell] : [])
  const rows = change.files.slice(0, listed).map((file) => {
    const { path, status, previousPath } = file
    const name = previousPath ? `${code(previousPath)} → ${code(path)}` : code(path)
    return [name, status, lineCounts(file), ...last(verdicts.get(path) ?? '')]
  })
  const more = change.files.length - rows.length
  return [
    `### ${titleOfChange(change, partial)}`,
    table(['file', 'change', 'lines', ...last('')], ...rows),
    ...(more > 0 ? [`… and ${more} more, all in ${code('changes.patch')}.`] : []),
  ].join('\n\n')
}

function renderFacts(result: Result): string {
  const { opencode, published } = result
  const { commentUrl, commitSha, pullRequestUrl, pullRequestNumber } = published ?? {}
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['model', result.model && code(result.model + (result.variant ? ` (${result.variant})` : ''))],
    ['agent', result.agent && code(result.agent)],
    ...renderUsage(result),
    ['duration', `${Math.max(1, Math.round(result.duration))} s`],
    ['keys', keyText(result)],
    ['opencode', opencode && `${opencode.version} (${opencode.source}, ${opencode.verified})`],
    ['isolation', isolationText(result)],
    ['project configuration', projectConfigText(result)],
    ['comment', commentUrl && `[on GitHub](${commentUrl})`],
    ['commit', commitSha && code(commitSha)],
    ['pull request', pullRequestUrl && `[#${pullRequestNumber}](${pullRequestUrl})`],
    ['run directory', code(result.runDirectory)],
  ]
  return table(['run', ''], ...rows.flatMap(([name, value]) => (value ? [[name, value]] : [])))
}

function renderUsage({ usage, attempts, priced }: Result): readonly (readonly [string, string])[] {
  if (usage.inputTokens + usage.outputTokens === 0 || attempts.length === 0) return []
  // opencode does not count a model call that was interrupted.
  const least = attempts.some(({ outcome }) => outcome !== 'completed') ? 'at least ' : ''
  const tokens = `${grouped(usage.inputTokens)} in, ${grouped(usage.outputTokens)} out`
  const cost = priced
    ? least + dollars(usage.cost)
    : 'unknown: opencode has no price for this model'
  return [
    ['tokens', `${least}${tokens}, ${counted(usage.steps, 'model call')}`],
    ['cost', cost],
  ]
}

function isolationText({ isolation }: Result): string | undefined {
  if (!isolation) return undefined
  const { level, by, why } = isolation
  return `${level}${by ? ` (${by})` : ''}${why ? `: ${plain(why)}` : ''}`
}

function keyText({ keys, isolation }: Result): string {
  // That of the rehearsal is not a secret.
  const kept = (keys?.kept ?? []).filter((provider) => provider !== 'rehearsal')
  const names = `(${kept.map(plain).join(', ')})`
  const where =
    isolation?.level === 'sandboxed'
      ? `kept out of the agent's sight ${names}`
      : `not in the agent's environment ${names}; without a sandbox it could read them from this action`
  const passedIn = (keys?.passedIn ?? []).map(
    ({ provider, names }) => `${names.map(code).join(', ')} (${plain(provider)})`,
  )
  return [
    ...(kept.length > 0 ? [where] : []),
    ...(passedIn.length > 0 ? [`passed in: ${passedIn.join(', ')}`] : []),
  ].join('; ')
}

function projectConfigText({ projectConfig }: Result): string | undefined {
  if (!projectConfig) return undefined
  const { use, reason, paths } = projectConfig
  if (paths.length === 0) return 'none in the checkout'
  return `${use === 'load' ? 'loaded' : 'ignored'}: ${plain(reason)}`
}

function renderAttempts({ attempts }: Result): string {
  if (attempts.length < 2) return ''
  const rows = attempts.map(({ model, outcome, startedAt, endedAt, reason, patchFile }, at) => {
    const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
    const change = patchFile ? ` Its change is saved in ${code(basename(patchFile))}.` : ''
    return [at + 1, code(model), outcome, `${seconds} s`, plain(reason) + change]
  })
  return table(['attempt', 'model', 'outcome', 'took', ''], ...rows)
}

function renderTools({ tools }: Result): string {
  const counts = tools.map(({ tool, calls, failed }) => {
    const failures = failed > 0 ? ` (${failed} failed)` : ''
    return `${code(tool)} ${calls}×${failures}`
  })
  return counts.length > 0 ? `**Tools used:** ${counts.join(', ')}` : ''
}

function renderRefusals({ refusals }: Result): string {
  if (refusals.length === 0) return ''
  const rows = refusals.slice(0, listed).map(({ kind, what, subagent }) => {
    return `- ${kind}${subagent ? ' (subagent)' : ''}: ${code(what)}`
  })
  return `**${counted(refusals.length, 'request')} refused:**\n\n${rows.join('\n')}`
}

function renderProviders({ mode, providers }: Result): string {
  if (mode !== 'check' || !providers) return ''
  const rows = providers.map(({ id, models }) => {
    const names = models.slice(0, listed).map(code).join(', ')
    const more = models.length > listed ? `, … ${models.length - listed} more` : ''
    return [code(id), models.length, names + more]
  })
  return table(['provider', 'models', ''], ...rows)
}

const tried = {
  'kept out': '✅ kept out',
  open: '⚠️ not kept out',
  'not there': '– not tried',
} as const

function renderSelfTest({ selfTest }: Result): string {
  if (!selfTest) return ''
  const rows = selfTest.map(({ what, result }) => [what, tried[result]])
  return table(['what was tried from inside', ''], ...rows)
}

function renderNotes({ notes, published, outcome }: Result): string {
  // If publishing failed, they are the reason.
  const problems = outcome === 'publish-failed' ? [] : (published?.problems ?? [])
  const all = [...notes, ...(published?.notes ?? []), ...problems]
  return all.map((note) => `- ${plain(note)}`).join('\n')
}

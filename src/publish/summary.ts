import { basename } from 'node:path'
import { closeBlocks } from '../markdown/blocks.ts'
import { asCode } from '../markdown/code-block.ts'
import type { Result } from '../result.ts'
import { counted, dollars, grouped } from '../text.ts'
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
import { cutBytes } from './outputs.ts'

/** The runner drops a summary of over 1 MiB; room is left for what the other parts need. */
const answerBytes = 800 * 1024
const endsLength = 10_000
const listed = 50
const heldBackTitle = (count: number) =>
  `**${counted(count, 'changed file')} held back; what a patch can carry is in \`changes.patch\`:**`

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

function renderNotes({ notes, published, outcome }: Result): string {
  // Of a publication that failed they are the reason.
  const problems = outcome === 'publish-failed' ? [] : (published?.problems ?? [])
  const all = [...notes, ...(published?.notes ?? []), ...problems]
  return all.map((note) => `- ${plain(note)}`).join('\n')
}

function renderAnswer(result: Result): string {
  const { answer, answerFile } = result
  if (answer === '') return ''
  const note = `\n\n[The answer is longer; it is whole in ${answerFile}]`
  const closed = closeBlocks(cutBytes(answer, answerBytes, note), endsLength)
  return answerLabel(result) + (closed ?? cutBytes(asCode(answer), answerBytes, note))
}

function renderChange({ change, partial, published }: Result): string {
  if (!change) return ''
  if (change.files.length + change.unseen.length === 0) return '**No files were changed.**'
  const files = published?.files
  const verdicts = files && new Map(files.map(({ path, verdict }) => [path, verdict]))
  const rows = change.files.slice(0, listed).map((file) => {
    const { path, status, previousPath } = file
    const name = previousPath ? `${code(previousPath)} → ${code(path)}` : code(path)
    return `| ${name} | ${status} | ${lineCounts(file)} |${verdicts ? ` ${verdicts.get(path) ?? ''} |` : ''}`
  })
  const more = change.files.length - rows.length
  const title = `### ${titleOfChange(change, partial)}`
  const head = verdicts
    ? ['| file | change | lines | |', '|---|---|---|---|']
    : ['| file | change | lines |', '|---|---|---|']
  const table = [...head, ...rows].join('\n')
  return [
    title,
    table,
    ...(more > 0 ? [`… and ${more} more, all in ${code('changes.patch')}.`] : []),
  ].join('\n\n')
}

function renderFacts(result: Result): string {
  const { usage, opencode, attempts } = result
  const spent = usage.inputTokens + usage.outputTokens > 0 && attempts.length > 0
  // opencode counts a model call that was broken off as nothing.
  const least = attempts.some(({ outcome }) => outcome !== 'completed') ? 'at least ' : ''
  const cost = result.priced
    ? least + dollars(usage.cost)
    : 'unknown: opencode has no price for this model'
  const rows = [
    ['model', result.model && code(result.model + (result.variant ? ` (${result.variant})` : ''))],
    ['agent', result.agent && code(result.agent)],
    [
      'tokens',
      spent &&
        `${least}${grouped(usage.inputTokens)} in, ${grouped(usage.outputTokens)} out, ${counted(usage.steps, 'model call')}`,
    ],
    ['cost', spent && cost],
    ['duration', `${Math.max(1, Math.round(result.duration))} s`],
    ['keys', keyText(result)],
    ['opencode', opencode && `${opencode.version} (${opencode.source}, ${opencode.verified})`],
    ['isolation', isolationText(result)],
    ['project configuration', renderProjectConfig(result)],
    ...publishedRows(result),
    ['run directory', code(result.runDirectory)],
  ].filter((row): row is string[] => Boolean(row[1]))
  return ['| run | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join(
    '\n',
  )
}

function isolationText({ isolation }: Result): string | undefined {
  if (!isolation) return undefined
  const { level, by, why } = isolation
  return `${level}${by ? ` (${by})` : ''}${why ? `: ${plain(why)}` : ''}`
}

function keyText({ keys, isolation }: Result): string {
  const { passedIn = [] } = keys ?? {}
  // The rehearsal's is no secret of anybody's.
  const kept = (keys?.kept ?? []).filter((provider) => provider !== 'rehearsal')
  const names = `(${kept.map(plain).join(', ')})`
  const where =
    isolation?.level === 'sandboxed'
      ? `kept out of the agent's sight ${names}`
      : `not in the agent's environment ${names}; without a sandbox it could read them from this action`
  const shown = passedIn.map(
    ({ provider, names }) => `${names.map(code).join(', ')} (${plain(provider)})`,
  )
  return [
    ...(kept.length > 0 ? [where] : []),
    ...(shown.length > 0 ? [`passed in: ${shown.join(', ')}`] : []),
  ].join('; ')
}

function renderProjectConfig({ projectConfig }: Result): string | undefined {
  if (!projectConfig) return undefined
  const { use, reason, paths } = projectConfig
  if (paths.length === 0) return 'none in the checkout'
  return `${use === 'load' ? 'loaded' : 'ignored'}: ${plain(reason)}`
}

function publishedRows({ published }: Result): readonly (readonly (string | undefined)[])[] {
  const { commentUrl, commitSha, pullRequestUrl, pullRequestNumber } = published ?? {}
  return [
    ['comment', commentUrl && `[on GitHub](${commentUrl})`],
    ['commit', commitSha && code(commitSha)],
    ['pull request', pullRequestUrl && `[#${pullRequestNumber}](${pullRequestUrl})`],
  ]
}

function renderAttempts({ attempts }: Result): string {
  if (attempts.length < 2) return ''
  const rows = attempts.map(({ model, outcome, startedAt, endedAt, reason, patchFile }, at) => {
    const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
    const change = patchFile ? ` Its change is kept in ${code(basename(patchFile))}.` : ''
    return `| ${at + 1} | ${code(model)} | ${outcome} | ${seconds} s | ${plain(reason)}${change} |`
  })
  return ['| attempt | model | outcome | took | |', '|---|---|---|---|---|', ...rows].join('\n')
}

function renderTools({ tools }: Result): string {
  if (tools.length === 0) return ''
  const counts = tools.map(({ tool, calls, failed }) => {
    const failures = failed > 0 ? ` (${failed} failed)` : ''
    return `${code(tool)} ${calls}×${failures}`
  })
  return `**Tools used:** ${counts.join(', ')}`
}

function renderRefusals({ refusals }: Result): string {
  if (refusals.length === 0) return ''
  const rows = refusals.slice(0, listed).map(({ kind, what, subagent }) => {
    const who = subagent ? ' (subagent)' : ''
    return `- ${kind}${who}: ${code(what)}`
  })
  return `**${counted(refusals.length, 'request')} refused:**\n\n${rows.join('\n')}`
}

const tried = {
  'kept out': '✅ kept out',
  open: '⚠️ not kept out',
  'not there': '– not tried',
} as const

function renderSelfTest({ selfTest }: Result): string {
  if (!selfTest) return ''
  const rows = selfTest.map(({ what, result }) => `| ${what} | ${tried[result]} |`)
  return ['| what was tried from inside | |', '|---|---|', ...rows].join('\n')
}

function renderProviders({ mode, providers }: Result): string {
  if (mode !== 'check' || !providers) return ''
  const rows = providers.map(({ id, models }) => {
    const names = models.slice(0, listed).map(code).join(', ')
    const more = models.length > listed ? `, … ${models.length - listed} more` : ''
    return `| ${code(id)} | ${models.length} | ${names}${more} |`
  })
  return ['| provider | models | |', '|---|---|---|', ...rows].join('\n')
}

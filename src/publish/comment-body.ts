import { writeMarker } from '../github/marker.ts'
import { escapeHtml } from '../markdown/html.ts'
import { cutPages } from '../markdown/pages.ts'
import { sanitizeMarkdown } from '../markdown/sanitize.ts'
import type { Result } from '../result.ts'
import { counted, dollars, quote } from '../text/text.ts'
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

/** GitHub takes 65,536 characters, counted here in UTF-16 units to be safe. */
const largestBody = 65_536
const pages = 5
/** For the page's number and what surrounds the footer. */
const spare = 64
/** Characters of an answer that can fit into the comments. */
export const readableAnswer = largestBody * pages
/** How many files of a kind a comment names. */
export const listedFiles = 10

/** What a comment needs of a result. */
export type CommentContent = Pick<
  Result,
  | ('outcome' | 'mode' | 'reason' | 'problems' | 'answer' | 'partial' | 'change' | 'repository')
  | ('published' | 'model' | 'variant' | 'usage' | 'priced' | 'duration' | 'runUrl')
>

const heldBackTitle = (count: number) => `**${counted(count, 'file')} held back:**`

/** A result as the bodies of one to five comments. `key` names the comment; the server is as in `https://github.com`. */
export function renderComment(
  result: CommentContent,
  { key, server }: { readonly key: string; readonly server: string },
): readonly string[] {
  const { outcome, repository, answer, runUrl } = result
  const sanitize = (text: string) => sanitizeMarkdown(text, { server, repository })
  const summary = runUrl ? `the [summary of the run](${runUrl}) and in ` : ''
  const rest = `**The answer is longer than ${pages} comments.** The whole answer is in ${summary}answer.md in the run directory.`
  const text = [
    outcome === 'completed' ? '' : `### ${headline(result)}`,
    sanitize(renderReason(result)),
    answer && answerLabel(result) + sanitize(answer.slice(0, readableAnswer)),
    answer.length > readableAnswer ? rest : '',
    sanitize(renderChange(result)),
    sanitize(renderHeldBack(result, { listed: listedFiles, title: heldBackTitle })),
    renderPublished(result),
  ].filter((part) => part !== '')
  const footer = renderFooter(result)
  const head = (page: number) => `${writeMarker({ key, page })}\n`
  const limit = largestBody - head(pages).length - footer.length - spare
  const bodies = cutPages(text.join('\n\n'), { limit, pages, rest })
  return bodies.map((body, index) => {
    const number = bodies.length > 1 ? `page ${index + 1} of ${bodies.length} · ` : ''
    return `${head(index + 1)}${body}\n\n<sub>${number}${footer}</sub>\n`
  })
}

function renderChange({ change, partial }: CommentContent): string {
  if (!change) return ''
  const { files, unseen } = change
  if (files.length === 0) return unseen.length > 0 ? '' : '**No files were changed.**'
  const names = files.slice(0, listedFiles).map((one) => `${code(one.path)} (${lineCounts(one)})`)
  const more = files.length > listedFiles ? `, and ${files.length - listedFiles} more` : ''
  return `**${titleOfChange(change, partial)}:** ${names.join(', ')}${more}`
}

/** GitHub makes links of the commit and pull request. */
function renderPublished({ published }: CommentContent): string {
  const { commitSha, branch, pullRequestNumber } = published ?? {}
  if (commitSha === undefined || branch === undefined) return ''
  const pull = pullRequestNumber === undefined ? '' : `, pull request #${pullRequestNumber}`
  return `**Committed** as ${commitSha} to ${code(branch)}${pull}.`
}

function renderFooter(result: CommentContent): string {
  const { model, variant, usage, priced, duration, runUrl } = result
  const name = model && quote(`${model}${variant ? ` (${variant})` : ''}`).slice(1, -1)
  const cost = priced ? dollars(usage.cost) : 'cost unknown'
  return [
    name && `<code>${plain(name.replaceAll('&', '&amp;'))}</code>`,
    usage.steps > 0 && cost,
    `${Math.max(1, Math.round(duration))} s`,
    runUrl && `<a href="${escapeHtml(runUrl)}">run</a>`,
  ]
    .filter(Boolean)
    .join(' · ')
}

import { writeMarker } from '../github/marker.ts'
import { escapeHtml } from '../markdown/html.ts'
import { cutPages } from '../markdown/pages.ts'
import { sanitizeMarkdown } from '../markdown/sanitize.ts'
import type { Result } from '../result.ts'
import { counted, dollars, quote } from '../text.ts'
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

/** GitHub takes 65,536 characters; what counts as one is safest read as a UTF-16 unit. */
const largestBody = 65_536
const pages = 5
/** For the page's number and what stands around the footer. */
const spare = 64
/** An answer beyond this many characters does not fit into any comment, so that the rest need not be read. */
export const readableAnswer = largestBody * pages
/** How many files of a kind a comment names. */
export const listedFiles = 10

/** What a comment is made of besides the result. */
export type CommentOptions = {
  readonly key: string
  /** As in `https://github.com`. */
  readonly server: string
}

/** What a comment needs of a result. */
export type CommentContent = Pick<
  Result,
  | ('outcome' | 'mode' | 'reason' | 'problems' | 'answer' | 'partial' | 'change' | 'repository')
  | ('published' | 'model' | 'variant' | 'usage' | 'priced' | 'duration' | 'runUrl')
>

const heldBackTitle = (count: number) => `**${counted(count, 'file')} held back:**`

type Sanitize = (markdown: string) => string

/** A result as the bodies of one to five comments. */
export function renderComment(result: CommentContent, options: CommentOptions): readonly string[] {
  const { key, server } = options
  const sanitize = (text: string) =>
    sanitizeMarkdown(text, { server, repository: result.repository })
  const rest = `**The answer is longer than ${pages} comments.** ${whole(result)}`
  const title = result.outcome === 'completed' ? '' : `### ${headline(result)}`
  const text = [
    title,
    sanitize(renderReason(result)),
    renderAnswer(result, sanitize, rest),
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

function renderAnswer(result: CommentContent, sanitize: Sanitize, rest: string): string {
  const { answer } = result
  if (answer === '') return ''
  const label = answerLabel(result)
  if (answer.length <= readableAnswer) return label + sanitize(answer)
  return `${label}${sanitize(answer.slice(0, readableAnswer))}\n\n${rest}`
}

function renderChange({ change, partial }: CommentContent): string {
  if (!change) return ''
  const { files } = change
  if (files.length + change.unseen.length === 0) return '**No files were changed.**'
  const names = files
    .slice(0, listedFiles)
    .map((file) => `${code(file.path)} (${lineCounts(file)})`)
  const more = files.length > listedFiles ? `, and ${files.length - listedFiles} more` : ''
  return names.length === 0
    ? ''
    : `**${titleOfChange(change, partial)}:** ${names.join(', ')}${more}`
}

/** Commit and pull request are of this repository: GitHub makes links of them. */
function renderPublished({ published }: CommentContent): string {
  const { commitSha, branch, pullRequestNumber } = published ?? {}
  if (commitSha === undefined || branch === undefined) return ''
  const pull = pullRequestNumber === undefined ? '' : `, pull request #${pullRequestNumber}`
  return `**Committed** as ${commitSha} to ${code(branch)}${pull}.`
}

function renderFooter(result: CommentContent): string {
  const { model, variant, usage, priced, duration, runUrl } = result
  const name = model && `${model}${variant ? ` (${variant})` : ''}`
  const cost = priced ? dollars(usage.cost) : 'cost unknown'
  return [
    name && `<code>${plain(quote(name).slice(1, -1).replaceAll('&', '&amp;'))}</code>`,
    usage.steps > 0 && cost,
    `${Math.max(1, Math.round(duration))} s`,
    runUrl && `<a href="${escapeHtml(runUrl)}">run</a>`,
  ]
    .filter(Boolean)
    .join(' · ')
}

function whole({ runUrl }: CommentContent): string {
  const place = 'answer.md in the run directory'
  return runUrl
    ? `It is whole in the [summary of the run](${runUrl}) and in ${place}.`
    : `It is whole in ${place}.`
}

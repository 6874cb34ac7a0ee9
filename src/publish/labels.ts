import type { Result } from '../result.ts'
import { counted, quote, showInvisible, showName } from '../text/text.ts'
import { heldBackOf } from './publication.ts'

const titles: Readonly<Record<Result['outcome'], string>> = {
  completed: 'completed',
  skipped: 'nothing was run',
  'config-invalid': 'an input or the configuration is wrong',
  'install-failed': 'opencode could not be installed',
  'server-failed': 'the opencode server failed',
  'provider-unavailable': 'the provider or model is not available',
  'rate-limited': 'the provider limited the rate',
  'provider-error': 'the provider failed',
  stalled: 'the model made no progress',
  'timed-out': 'the time was up',
  'budget-exceeded': 'the budget was used up',
  cancelled: 'the workflow was cancelled',
  'no-answer': 'the model gave no answer',
  'read-only-violated': 'the checkout was changed, which a plan may not do',
  blocked: 'the whole change was held back',
  'publish-failed': 'it could not be published',
  'internal-error': 'a bug in the action',
}

type Mark = { readonly icon: string; readonly alert: string }
const failure: Mark = { icon: '❌', alert: 'CAUTION' }
const marks: Readonly<Partial<Record<Result['outcome'], Mark>>> = {
  completed: { icon: '✅', alert: 'NOTE' },
  skipped: { icon: '⏭️', alert: 'NOTE' },
  cancelled: { icon: '⏹️', alert: 'WARNING' },
}

/** How a run ended, in the outcome's fixed words. */
export function headline({ outcome, mode }: Pick<Result, 'outcome' | 'mode'>): string {
  return `${iconOf({ outcome })} opencode ${mode ?? 'run'}: ${titles[outcome]}`
}

/** The icon of an outcome. */
export function iconOf({ outcome }: Pick<Result, 'outcome'>): string {
  return (marks[outcome] ?? failure).icon
}

/** Why a run did not complete, as an alert; empty if it did. */
export function renderReason(result: Pick<Result, 'outcome' | 'reason' | 'problems'>): string {
  const { outcome, reason, problems } = result
  if (outcome === 'completed') return ''
  const lines = problems.length > 0 ? problems.map((one) => `- ${plain(one)}`) : [plain(reason)]
  const { alert } = marks[outcome] ?? failure
  return [`[!${alert}]`, ...lines].map((line) => `> ${line}`).join('\n')
}

/** What precedes an answer; empty if the run completed. */
export function answerLabel({ outcome, partial }: Pick<Result, 'outcome' | 'partial'>): string {
  if (outcome === 'read-only-violated')
    return '**This run changed what it may not change. Do not trust its answer:**\n\n'
  return partial ? '**The answer so far (partial):**\n\n' : ''
}

/** The heading of the files of a change. */
export function titleOfChange({ files }: NonNullable<Result['change']>, partial: boolean): string {
  return `${counted(files.length, 'changed file')}${partial ? ' (partial)' : ''}`
}

/** How many lines of a file changed. */
export function lineCounts({
  additions,
  deletions = 0,
}: NonNullable<Result['change']>['files'][number]): string {
  return additions === undefined ? 'binary' : `+${additions} −${deletions}`
}

/** The files that were held back, each with its reason, under a title; empty without any. */
export function renderHeldBack(
  result: Pick<Result, 'published' | 'change'>,
  { listed, title }: { readonly listed: number; readonly title: (count: number) => string },
): string {
  const files = heldBackOf(result)
  if (files.length === 0) return ''
  const rows = files.slice(0, listed).map(({ path, reason }) => `- ${code(path)}: ${plain(reason)}`)
  const more = files.length > listed ? [`- … and ${files.length - listed} more`] : []
  return [title(files.length), '', ...rows, ...more].join('\n')
}

/** Foreign text as code in a table cell or a list. */
export function code(text: string): string {
  const line = quote(showName(text)).slice(1, -1).replaceAll('`', 'ʼ').replaceAll('|', '\\|')
  return `\`${line}\``
}

/** A sentence that may quote foreign text, in which nothing is markup. */
export function plain(text: string): string {
  return showInvisible(text)
    .replace(/[\\`*_[\]<>#|~!@]/g, (mark) => `&#${mark.codePointAt(0)};`)
    .replaceAll('\n', ' ')
}

import * as z from 'zod'
import { cutPages } from '../markdown/pages.ts'
import { oneLine } from '../text/text.ts'
import { answerText, isLost, statusOf } from './answer.ts'
import { backOff, type GitHub, repeat } from './client.ts'
import { readMarker, writeMarker } from './marker.ts'

/** What a pull request says. */
export type PullContent = {
  readonly github: GitHub
  /** Its head: the `branch` input, or `ownBranchName`. */
  readonly branch: string
  readonly base: string
  /** Without one, an open pull request keeps its title. */
  readonly title: string | undefined
  /** Sanitized Markdown. */
  readonly body: string
  readonly draft: boolean
}

const pullShape = z.object({
  number: z.number(),
  html_url: z.string(),
  body: z.string().nullable(),
})

/** A pull request that is open. */
export type Pull = z.infer<typeof pullShape>

const defaultTitle = "opencode's changes"
const longest = { title: 256, body: 65_536 }
const marker = `${writeMarker({ key: 'pull-request', page: 1 })}\n`

/** Opens the pull request of a branch, or updates the open one. It looks before each try: an answer may be lost, or another run faster. */
export async function openPull(content: PullContent, signal: AbortSignal): Promise<Pull> {
  const act = async () => {
    const open = await findOpen(content)
    return open ? await update(content, open) : await create(content)
  }
  const waitAfter = (error: unknown, attempt: number) => {
    const mayExist = isLost(error) || /already exists/.test(answerText(error) ?? '')
    return mayExist ? backOff(attempt) : undefined
  }
  return await repeat(act, waitAfter, signal)
}

async function findOpen({ github, branch, base }: PullContent): Promise<Pull | undefined> {
  const { octokit, owner, repo } = github
  const head = `${owner}:${branch}`
  const { data } = await octokit.rest.pulls.list({ owner, repo, head, base, state: 'open' })
  return z.array(pullShape).parse(data)[0]
}

async function create(content: PullContent): Promise<Pull> {
  const { github, branch: head, base, title = defaultTitle, draft } = content
  const { octokit, owner, repo } = github
  const pull = { owner, repo, head, base, title: cutTitle(title), body: bodyOf(content), draft }
  try {
    return pullShape.parse((await octokit.rest.pulls.create(pull)).data)
  } catch (error) {
    // Private repositories of free plans have no drafts.
    const refused = statusOf(error) === 422 && /draft/i.test(answerText(error) ?? '')
    if (!draft || !refused) throw error
    return await create({ ...content, draft: false })
  }
}

/** A pull request that someone else opened keeps its text. */
async function update(content: PullContent, open: Pull): Promise<Pull> {
  if (readMarker(open.body ?? '')?.key !== 'pull-request') return open
  const { octokit, owner, repo } = content.github
  const title = content.title && { title: cutTitle(content.title) }
  const pull = { owner, repo, pull_number: open.number, body: bodyOf(content), ...title }
  await octokit.rest.pulls.update(pull)
  return open
}

function cutTitle(title: string): string {
  return oneLine(title).slice(0, longest.title).toWellFormed()
}

function bodyOf({ body }: PullContent): string {
  const limit = longest.body - marker.length
  if (body.length <= limit) return marker + body
  const rest = 'The rest is in the run directory.'
  return marker + (cutPages(body, { limit, pages: 1, rest })[0] ?? '')
}

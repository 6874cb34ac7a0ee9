import * as z from 'zod'
import { cutPages } from '../markdown/pages.ts'
import { readMarker, writeMarker } from '../publish/marker.ts'
import { oneLine } from '../text.ts'
import { isLost, statusOf, wordsOf } from './answer.ts'
import type { GitHub } from './client.ts'
import { repeatLost } from './repeat.ts'

/** A pull request as it is to be; `body` is Markdown that was made harmless. */
export type WantedPull = {
  readonly github: GitHub
  readonly branch: string
  readonly base: string
  /** Absent, an open pull request keeps its own. */
  readonly title: string | undefined
  readonly body: string
  readonly draft: boolean
}

const pullShape = z.object({
  number: z.number(),
  html_url: z.string(),
  body: z.string().nullable(),
})

/** A pull request that is open. */
export type OpenedPull = z.infer<typeof pullShape>

const defaultTitle = "opencode's changes"
const longest = { title: 256, body: 65_536 }
const marker = `${writeMarker({ key: 'pull-request', page: 1 })}\n`

/** Opens the pull request of a branch, or updates the one that is open. After a lost answer it looks before it repeats. */
export async function openPull(wanted: WantedPull, signal: AbortSignal): Promise<OpenedPull> {
  return await repeatLost(async () => {
    const open = await findOpen(wanted)
    if (open) return await update(wanted, open)
    try {
      return await create(wanted)
    } catch (error) {
      const found = mayBeThere(error) ? await findOpen(wanted) : undefined
      if (found === undefined) throw error
      return found
    }
  }, signal)
}

function mayBeThere(error: unknown): boolean {
  return isLost(error) || /already exists/.test(wordsOf(error) ?? '')
}

async function findOpen({ github, branch, base }: WantedPull): Promise<OpenedPull | undefined> {
  const { octokit, owner, repo } = github
  const head = `${owner}:${branch}`
  const { data } = await octokit.rest.pulls.list({ owner, repo, head, base, state: 'open' })
  return z.array(pullShape).parse(data)[0]
}

async function create(wanted: WantedPull): Promise<OpenedPull> {
  const { github, branch: head, base, title = defaultTitle, draft } = wanted
  const { octokit, owner, repo } = github
  const pull = { owner, repo, head, base, title: cutTitle(title), body: bodyOf(wanted), draft }
  try {
    return pullShape.parse((await octokit.rest.pulls.create(pull)).data)
  } catch (error) {
    // Private repositories of free plans have none.
    const refused = statusOf(error) === 422 && /draft/i.test(wordsOf(error) ?? '')
    if (!draft || !refused) throw error
    return await create({ ...wanted, draft: false })
  }
}

/** Somebody else's pull request of this branch keeps its words. */
async function update(wanted: WantedPull, open: OpenedPull): Promise<OpenedPull> {
  if (readMarker(open.body ?? '')?.key !== 'pull-request') return open
  const { octokit, owner, repo } = wanted.github
  const title = wanted.title && { title: cutTitle(wanted.title) }
  const pull = { owner, repo, pull_number: open.number, body: bodyOf(wanted), ...title }
  await octokit.rest.pulls.update(pull)
  return open
}

function cutTitle(title: string): string {
  return oneLine(title).slice(0, longest.title).toWellFormed()
}

function bodyOf({ body }: WantedPull): string {
  const limit = longest.body - marker.length
  if (body.length <= limit) return marker + body
  const rest = 'The rest is in the run directory.'
  return marker + (cutPages(body, { limit, pages: 1, rest })[0] ?? '')
}

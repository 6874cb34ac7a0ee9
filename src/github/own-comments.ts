import * as z from 'zod'
import type { GitHub } from './client.ts'
import { type Marker, readMarker } from './marker.ts'

/** A comment that this token wrote, with the marker that its body begins with. */
export type OwnComment = {
  readonly id: number
  readonly url: string
  readonly body: string
  readonly marker: Marker
}

const query = `query ($owner: String!, $repo: String!, $issue: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issueOrPullRequest(number: $issue) {
      ... on Issue { comments(first: 100, after: $after) { ...page } }
      ... on PullRequest { comments(first: 100, after: $after) { ...page } }
    }
  }
}
fragment page on IssueCommentConnection {
  nodes { databaseId body url viewerDidAuthor }
  pageInfo { hasNextPage endCursor }
}`

const answer = z.object({
  repository: z.object({
    issueOrPullRequest: z.object({
      comments: z.object({
        nodes: z.array(
          z.object({
            databaseId: z.number(),
            body: z.string(),
            url: z.string(),
            viewerDidAuthor: z.boolean(),
          }),
        ),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
})

/** The comments of an issue that carry a key and are the token's own, over all pages, the oldest first. */
export async function listOwnComments(
  github: GitHub,
  { issue, key }: { readonly issue: number; readonly key: string },
): Promise<readonly OwnComment[]> {
  const own: OwnComment[] = []
  let after: string | null = null
  do {
    const { nodes, pageInfo }: Page = await readPage(github, { issue, after })
    own.push(...nodes.flatMap(readOwn).filter(({ marker }) => marker.key === key))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return own
}

type Page = z.infer<typeof answer>['repository']['issueOrPullRequest']['comments']

async function readPage(
  { octokit, owner, repo }: GitHub,
  place: { readonly issue: number; readonly after: string | null },
): Promise<Page> {
  const page = answer.parse(await octokit.graphql(query, { owner, repo, ...place }))
  return page.repository.issueOrPullRequest.comments
}

/** Anybody can write the marker into a comment. */
function readOwn({ databaseId, body, url, viewerDidAuthor }: Page['nodes'][number]): OwnComment[] {
  const marker = viewerDidAuthor ? readMarker(body) : undefined
  return marker ? [{ id: databaseId, url, body, marker }] : []
}

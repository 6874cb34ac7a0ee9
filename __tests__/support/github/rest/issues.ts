import * as z from 'zod'
import type { Answer } from '../answer.ts'
import { demand } from '../identity.ts'
import { issueShape, labelShape } from '../shapes.ts'
import { changeIssue, findIssue, type Issue } from '../state.ts'
import { bodyOf, type Call, numberOf, originOf } from './call.ts'
import { resourcesOf } from './comments.ts'

const label = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
const given = z.object({ labels: z.array(label).default([]) })

/** `GET /repos/{owner}/{repo}/issues/{issue_number}`: pull requests are issues, too. */
export function getIssue(call: Call): Answer {
  const issue = issueOf(call)
  demand(call.identity, 'read', ...resourcesOf(issue))
  return { status: 200, body: issueShape(call.state, issue) }
}

/** `POST …/issues/{issue_number}/labels`: makes a label that is not there, and answers all that the issue has. */
export function addLabels(call: Call): Answer {
  const issue = issueOf(call)
  demand(call.identity, 'write', ...resourcesOf(issue))
  const labels = [...new Set([...issue.labels, ...bodyOf(call, given).labels])]
  changeIssue(call.state, issue, { labels })
  return { status: 200, body: labels.map((name, id) => labelShape(call.state, name, id)) }
}

function issueOf(call: Call): Issue {
  originOf(call)
  return findIssue(call.state, numberOf(call, 'issue_number'))
}

import { messageOf, quote } from '../wording.ts'
import { isRateLimit, statusOf } from './github.ts'

/** What was to be done, and the permissions that a token needs for it. */
export type Attempted = { readonly what: string; readonly permission: string }

/** Why GitHub did not do something, in plain words with what to change. */
export function explainRefusal(error: unknown, { what, permission }: Attempted): string {
  const status = statusOf(error)
  const words = messageOf(error)
  const said = `${what} did not happen: GitHub answered ${quote(words)}${status ? ` (HTTP ${status})` : ''}.`
  if (isRateLimit(error))
    return `${said} It limits the rate, and waiting would have passed the time for publishing. Run it later, or less often.`
  if (/not accessible by/i.test(words))
    return `${said} The token may not do that: add \`permissions: ${permission}\` to the job. On pull requests of forks and of Dependabot the token is always read-only: publish from a second job.`
  if (status === 401) return `${said} Check github-token: it is not valid, or has expired.`
  if (/locked/i.test(words))
    return `${said} Unlock the conversation, or comment elsewhere (issue-number).`
  if (status === 404 || status === 410 || /could not resolve/i.test(words))
    return `${said} It is not there, or the token may not see it: check issue-number, and that the job has \`permissions: ${permission}\`.`
  return `${said} What there is stands in the summary and the run directory.`
}

import * as z from 'zod'
import { readEvent } from './event.ts'
import type { Note } from './input-checks.ts'
import { count, list } from './input-values.ts'

/** The inputs that both actions have: what is published, where and how. */
export const publishFields = {
  publish: list(z.enum(['comment'], { error: 'may hold: comment' })),
  'github-token': z.string().optional(),
  'issue-number': count({ least: 1, most: 1e9 }).optional(),
  'comment-key': z.string().max(100, { error: 'is longer than 100 characters' }),
  'comment-mode': z.enum(['update', 'new'], { error: 'must be update or new' }),
} as const

/** What is published beside outputs, summary and run directory, and how. */
export type PublishChoice = {
  readonly what: readonly 'comment'[]
  readonly token: string | undefined
  /** The issue or pull request of the comment, if it is not the event's. */
  readonly issue: number | undefined
  readonly comment: { readonly key: string; readonly mode: 'update' | 'new' }
}

/** The choice that parsed fields make. */
export function choosePublish(data: z.infer<z.ZodObject<typeof publishFields>>): PublishChoice {
  return {
    what: data.publish,
    token: data['github-token'],
    issue: data['issue-number'],
    comment: { key: data['comment-key'], mode: data['comment-mode'] },
  }
}

type Env = Readonly<Record<string, string | undefined>>
type Raw = Readonly<Partial<Record<string, string>>>

/** What publishing needs beside its inputs is there, before anything is paid for. */
export function checkPublish({ raw, env }: { raw: Raw; env: Env }, note: Note): void {
  if (raw.publish === undefined) return
  checkToken({ name: 'publish', raw, env }, note)
  if (raw['issue-number'] === undefined && readEvent(env).number === undefined)
    note(
      `publish: the event ${env.GITHUB_EVENT_NAME} has no issue or pull request to comment on. Set issue-number.`,
    )
}

/** What talking to GitHub needs; `name` is the input that asks for it. */
export function checkToken(
  { name, raw, env }: { name: string; raw: Raw; env: Env },
  note: Note,
): void {
  if (raw['github-token'] === undefined)
    note(`github-token: is empty, and ${name} needs one. Leave it out to use the token of the job.`)
  const variables = ['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_REPOSITORY']
  const missing = variables.filter((variable) => !env[variable])
  if (missing.length > 0)
    note(`${name}: needs ${missing.join(', ')}, which every GitHub runner sets.`)
}

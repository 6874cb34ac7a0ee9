import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Event, readEvent } from '../../src/event/event.ts'

/** The event that the action reads where the runner has written this payload, and sets `env` beside the usual. */
export function eventOf(
  name: string,
  payload: unknown,
  env: Readonly<Record<string, string | undefined>> = {},
): Event {
  const folder = mkdtempSync(join(tmpdir(), 'event-'))
  const path = join(folder, 'event.json')
  writeFileSync(path, JSON.stringify(payload))
  try {
    return readEvent({
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: path,
      GITHUB_REPOSITORY: 'octo/sample',
      GITHUB_RUN_ID: '42',
      GITHUB_ACTOR: 'mona',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_SERVER_URL: 'https://github.example',
      ...env,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programAt } from '../../src/programs/programs.ts'
import { createSecrets } from '../../src/secrets/secrets.ts'
import { type Server, startServer } from '../../src/servers/server.ts'

/** Starts the real opencode, as somebody would have who gives its address as `server-url`. */
export async function startOpencode(
  config: object,
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const temporary = mkdtempSync(join(tmpdir(), 'opencode-driver-external-'))
  return await startServer(
    {
      binary: {
        program: programAt(process.env.TEST_OPENCODE_PATH ?? '', process.env),
        version: '1.18.33',
      },
      config,
      projectConfig: 'ignore',
      env: { PATH: process.env.PATH ?? '', ...env },
      temporary,
      logFile: join(temporary, 'server.log'),
      secrets: createSecrets(() => undefined),
      trackingId: randomUUID(),
      onSpawn: () => undefined,
      onListening: () => undefined,
    },
    AbortSignal.timeout(170_000),
  )
}

/** The sessions of a server in a directory. */
export async function listSessions(
  { address }: Server,
  directory: string,
): Promise<{ title: string }[]> {
  const authorization = `Basic ${Buffer.from(`opencode:${address.password}`).toString('base64')}`
  const response = await fetch(
    `${address.url}/session?directory=${encodeURIComponent(directory)}`,
    {
      headers: { authorization },
      signal: AbortSignal.timeout(170_000),
    },
  )
  return (await response.json()) as { title: string }[]
}

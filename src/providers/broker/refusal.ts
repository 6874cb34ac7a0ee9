import type { ServerResponse } from 'node:http'

/** Answers in a form that every SDK reads the message of: OpenAI's, Anthropic's and Google's error body in one. */
export function refuse(
  response: ServerResponse,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  if (response.headersSent || response.destroyed) return
  const error = { message, type: 'api_error', code: status, status: 'FAILED' }
  response
    .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ type: 'error', error, message }))
}

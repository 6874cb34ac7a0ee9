import * as z from 'zod'

const fields = z.object({
  code: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  name: z.string().catch('unknown'),
})

const diskCodes = new Set(
  'EACCES EBUSY EDQUOT EEXIST EFBIG EIO EISDIR EMFILE ENOENT ENOSPC ENOTDIR EPERM EROFS'.split(' '),
)

// The last is a gzip that ends too early, which a proxy that hides the length can cause.
const brokenCodes = new Set(
  'EAI_AGAIN ECONNABORTED ECONNREFUSED ECONNRESET ECONNECTIONTIMEOUT EHOSTUNREACH EIDLETIMEOUT ENETUNREACH EPIPE ETIMEDOUT Z_BUF_ERROR'.split(
    ' ',
  ),
)

const refusals = new Set([401, 403, 407])

const passingStatuses = new Set([408, 420, 429])

/** What kind of failure an error of the download is; `code` is a status, an error's code or its name, for the reader. */
export type Failure = {
  readonly kind: 'refused' | 'missing' | 'broken' | 'unreachable' | 'disk' | 'unreadable'
  readonly code: string
}

/** Tells apart what the disk, the network and the registry can do wrong. */
export function failureOf(error: unknown): Failure {
  const { name, code = name, statusCode, type } = fields.catch({ name: 'unknown' }).parse(error)
  if (statusCode !== undefined) return { kind: kindOfStatus(statusCode), code: `${statusCode}` }
  if (brokenCodes.has(code)) return { kind: 'broken', code }
  if (type === 'request-timeout' || type === 'body-timeout') return { kind: 'broken', code: type }
  if (type === 'system') return { kind: 'unreachable', code }
  return { kind: diskCodes.has(code) ? 'disk' : 'unreadable', code }
}

function kindOfStatus(status: number): Failure['kind'] {
  if (refusals.has(status)) return 'refused'
  if (status === 404) return 'missing'
  return status >= 500 || passingStatuses.has(status) ? 'broken' : 'unreachable'
}

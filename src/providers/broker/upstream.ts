import { type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { UserError } from '../../errors.ts'
import type { Env } from '../../programs/environment.ts'

/** The connections to providers: through the runner's proxy if it has one, except to this machine. */
export function openUpstream(env: Env): Dispatcher {
  const noProxy = [env.no_proxy || env.NO_PROXY, 'localhost', '127.0.0.1', '::1'].filter(Boolean)
  try {
    return new EnvHttpProxyAgent({
      // Only connecting has a limit: the run decides how long an answer may take.
      connect: { timeout: 30_000 },
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
      httpProxy: env.http_proxy || env.HTTP_PROXY || '',
      httpsProxy: env.https_proxy || env.HTTPS_PROXY || '',
      noProxy: noProxy.join(','),
    })
  } catch (error) {
    throw badProxy(error)
  }
}

function badProxy(cause: unknown): UserError {
  const message =
    'HTTP_PROXY or HTTPS_PROXY is not a valid proxy address. Check the env of the step.'
  return new UserError('config-invalid', message, { cause })
}
